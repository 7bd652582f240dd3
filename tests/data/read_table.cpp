// SPDX-License-Identifier: Apache-2.0
#include <hone/data/read_table.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;

TEST_CASE("The ending of a file's name picks its reader", "[data]") {
    const auto folder = std::filesystem::temp_directory_path() / ("hone_read_table_" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    const auto write = [&](const std::string& name, const std::string& bytes) {
        std::ofstream(folder / name, std::ios::binary) << bytes;
        return (folder / name).string();
    };
    const std::vector<std::string> expected{"a \"b\"", "c"};
    for (const auto* name : {"x.tsv", "x.txt", "x.TSV", "a.csv.tsv"})
        CHECK(read_table(write(name, "t\tl\na \"b\"\t1\nc\t2\n"), text_column{"t"}, label_column{"l"}).text == expected);
    CHECK(read_table(write("x.csv", "t,l\n\"a \"\"b\"\"\",1\nc,2\n"), text_column{"t"}, label_column{"l"}).text == expected);
    for (const auto* name : {"x.jsonl", "x.json"})
        CHECK(read_table(write(name, "{\"t\":\"a \\\"b\\\"\",\"l\":1}\n{\"t\":\"c\",\"l\":2}\n"), text_column{"t"}, label_column{"l"}).text == expected);

    const auto other = caught([&] { read_table("some.folder/data.xlsx", text_column{0}); });
    CHECK(other.code == "data.file_ending");
    CHECK(other.where.file == "some.folder/data.xlsx");
    CHECK(other.expected == ".tsv, .txt, .csv, .jsonl or .json");
    CHECK(other.found == "\".xlsx\"");
    CHECK(caught([&] { read_table("some.tsv/data", text_column{0}); }).found == "no ending");
    CHECK(caught([&] { read_table(write("bad.csv", "t,l\na\n"), text_column{"t"}); }).where.file == (folder / "bad.csv").string());
    std::filesystem::remove_all(folder);
}
