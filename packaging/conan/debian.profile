# hone's dependencies from Debian 12's packages (libboost-dev libxsimd-dev libxtensor-dev); nothing is fetched.
[settings]
os=Linux
arch=x86_64
compiler=gcc
compiler.version=12
compiler.cppstd=20
compiler.libcxx=libstdc++11
build_type=Release
[platform_requires]
boost/1.74.0
xsimd/8.1.0
xtensor/0.24.3
[conf]
tools.cmake.cmaketoolchain:generator=Unix Makefiles
