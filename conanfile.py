"""Conan 2 recipe: hone as a header library with its own CMake package files.

    conan create .                                   # dependencies from a Conan remote
    packaging/conan/create                           # dependencies from Debian's packages, no remote

SPDX-License-Identifier: Apache-2.0"""
import os
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load

required_conan_version = ">=2"


class Hone(ConanFile):
    name = "hone"
    description = "Fine-tuning of transformer language models, specialised by the compiler"
    license = "Apache-2.0"
    topics = ("header-only", "transformers", "fine-tuning", "automatic-differentiation", "lora")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"with_xsimd": [True, False], "with_xtensor": [True, False]}
    default_options = {"with_xsimd": True, "with_xtensor": True}
    exports_sources = "CMakeLists.txt", "LICENSE", "cmake/*", "include/*"
    test_package_folder = "packaging/conan/test_package"
    no_copy_source = True

    def set_version(self):
        header = load(self, os.path.join(self.recipe_folder, "include/hone/version.hpp"))
        self.version = ".".join(re.findall(r"^#define HONE_VERSION_[A-Z]+ (\d+)$", header, re.M))

    def layout(self):
        cmake_layout(self)

    def requirements(self):
        self.requires("boost/[>=1.74]", options={"header_only": True})
        if self.options.with_xsimd:
            self.requires("xsimd/[>=8.1.0 <15]")
        if self.options.with_xtensor:
            self.requires("xtensor/[>=0.24.3 <0.28]")

    def validate(self):
        check_min_cppstd(self, 20)

    def package_id(self):
        self.info.clear()

    def generate(self):
        toolchain = CMakeToolchain(self)
        for part in ("EXAMPLES", "BENCHMARKS", "TESTS"):
            toolchain.cache_variables[f"HONE_BUILD_{part}"] = False
        toolchain.generate()

    def build(self):
        CMake(self).configure()

    def package(self):
        CMake(self).install()
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))

    def package_info(self):
        self.cpp_info.bindirs = self.cpp_info.libdirs = []
        self.cpp_info.builddirs = [os.path.join("share", "cmake", "hone")]
        self.cpp_info.set_property("cmake_find_mode", "none")  # hone's own honeConfig.cmake
        self.cpp_info.set_property("pkg_config_name", "hone")
