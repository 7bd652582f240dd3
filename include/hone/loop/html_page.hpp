// A page without scripts, and without anything from elsewhere: sections of tables, bars, curves and
// matrices, as HTML and SVG that follow the reader's light or dark and fit narrow screens.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// A line of points (x, y) and its name; what is not finite is left out.
struct html_curve {
    std::string name;
    std::vector<double> x, y;
    bool dots = false; ///< few points, to be seen as such
};

class html_page {
public:
    explicit html_page(std::string title) : title_(std::move(title)) {}

    void section(std::string_view title, std::string_view note = {}) {
        close();
        body_ += "<section><h2>" + text(title) + "</h2>";
        if (!note.empty()) body_ += "<p>" + text(note) + "</p>";
        open_ = true;
    }
    void table(std::span<const std::string> header,
               std::span<const std::vector<std::string>> rows) {
        body_ += "<div class=\"scroll\"><table>";
        if (!header.empty()) row("th", header);
        for (const auto& r : rows) row("td", r);
        body_ += "</table></div>";
    }
    void facts(std::span<const std::pair<std::string, std::string>> all) {
        body_ += "<div class=\"scroll\"><table>";
        for (const auto& [name, value] : all)
            body_ += "<tr><th scope=\"row\">" + text(name) + "</th><td>" + text(value) + "</td></tr>";
        body_ += "</table></div>";
    }
    /// A bar for each value, as long as its share of the largest.
    void bars(std::span<const std::pair<std::string, double>> all) {
        double most = 0;
        for (const auto& bar : all) most = std::max(most, bar.second);
        body_ += "<table class=\"bars\">";
        for (const auto& [name, value] : all) {
            body_ += "<tr><th scope=\"row\">" + text(name) + "</th><td class=\"bar\"><svg "
                     "viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
                     "<rect class=\"fill\" width=\"" +
                     number(most > 0 ? 100 * value / most : 0) +
                     "\" height=\"10\"/></svg></td><td class=\"n\">" + number(value) + "</td></tr>";
        }
        body_ += "</table>";
    }
    /// Counts by wanted (rows) and found (columns), shaded by their share of the row.
    void matrix(std::span<const std::string> names, std::span<const long long> counts) {
        const std::size_t n = names.size();
        body_ += "<div class=\"scroll\"><table class=\"matrix\"><tr><th>wanted \\ found</th>";
        for (const auto& name : names) body_ += "<th scope=\"col\">" + text(name, 24) + "</th>";
        body_ += "</tr>";
        for (std::size_t i = 0; i < n; ++i) {
            double all = 0;
            for (std::size_t k = 0; k < n; ++k) all += static_cast<double>(counts[i * n + k]);
            body_ += "<tr><th scope=\"row\">" + text(names[i], 24) + "</th>";
            for (std::size_t k = 0; k < n; ++k) {
                const auto count = static_cast<double>(counts[i * n + k]);
                const long share = all > 0 ? std::lround(4 * count / all) : 0;
                const std::string shade = std::to_string(count > 0 && share == 0 ? 1 : share);
                body_ += "<td class=\"" + std::string(i == k ? "right" : "wrong") + shade + "\">" +
                         (count > 0 ? number(count) : std::string("·")) + "</td>";
            }
            body_ += "</tr>";
        }
        body_ += "</table></div>";
    }
    /// Curves over one axis, at most 300 points of each: of more, the least and the largest of every
    /// piece are drawn.
    void chart(std::string_view title, std::span<const html_curve> curves);

    /// The whole page.
    std::string text() {
        close();
        return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta "
               "name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta "
               "name=\"color-scheme\" content=\"light dark\"><link rel=\"icon\" "
               "href=\"data:,\"><title>" +
               text(title_) + "</title><style>" + std::string(style) + "</style></head><body><h1>" +
               text(title_) + "</h1><main>" + body_ + "</main></body></html>\n";
    }
    /// Text from anywhere, made safe for the page; at most `limit` bytes of it.
    static std::string text(std::string_view raw, std::size_t limit = 400) {
        std::string cut = printable(raw.substr(0, limit), true), out;
        if (raw.size() > limit) cut += "…";
        for (const char c : cut) {
            if (c == '<') out += "&lt;";
            else if (c == '>') out += "&gt;";
            else if (c == '&') out += "&amp;";
            else if (c == '"') out += "&quot;";
            else out += c;
        }
        return out;
    }
    /// Four digits that count.
    static std::string number(double v) {
        char out[40];
        if (v == std::floor(v) && std::fabs(v) < 1e15)
            return {out, std::to_chars(out, out + sizeof out, static_cast<long long>(v)).ptr};
        return {out, std::to_chars(out, out + sizeof out, v, std::chars_format::general, 4).ptr};
    }

private:
    static const char* const style;

    void close() {
        if (open_) body_ += "</section>";
        open_ = false;
    }
    void row(const char* cell, std::span<const std::string> cells) {
        const std::string tag = cell;
        body_ += "<tr>";
        for (const auto& c : cells) body_ += "<" + tag + ">" + text(c) + "</" + tag + ">";
        body_ += "</tr>";
    }
    std::string title_, body_;
    bool open_ = false;
};

inline const char* const html_page::style =
    ":root{--bg:#fff;--card:#f6f7f9;--fg:#16191d;--soft:#565d66;--grid:#d5d9de;--a:#1d5fd1;"
    "--b:#b4410e;--good:29,95,209;--bad:180,65,14}"
    "@media(prefers-color-scheme:dark){:root{--bg:#14171b;--card:#1c2026;--fg:#e8eaed;"
    "--soft:#a5adb6;--grid:#39404a;--a:#7aa9ff;--b:#ff9d6b;--good:122,169,255;--bad:255,157,107}}"
    "*{box-sizing:border-box}body{margin:0 auto;padding:1rem;max-width:76rem;background:var(--bg);"
    "color:var(--fg);font:15px/1.5 system-ui,sans-serif}h1{font-size:1.5rem;margin:.5rem 0 1rem;"
    "overflow-wrap:anywhere}h2{font-size:1.05rem;margin:0 0 .5rem}p{margin:0 0 .5rem;"
    "color:var(--soft)}main{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,"
    "minmax(min(100%,27rem),1fr));align-items:start}section{background:var(--card);border-radius:8px;padding:1rem;"
    "min-width:0}figure{margin:0;max-width:34rem}figcaption{color:var(--soft)}svg{display:block;width:100%}"
    "svg text{fill:var(--soft);font-size:13px}"
    "@media(max-width:30rem){svg text{font-size:17px}}"
    ".grid{stroke:var(--grid)}"
    ".c0,.c1{fill:none;stroke-width:1.6;stroke-linejoin:round}.c0{stroke:var(--a)}"
    ".c1{stroke:var(--b)}.d0{fill:var(--a)}.d1{fill:var(--b)}svg .k0{fill:var(--a)}"
    "svg .k1{fill:var(--b)}.scroll{overflow-x:auto}"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums}td,th{padding:.2rem .6rem "
    ".2rem 0;text-align:left;vertical-align:top;font-weight:400;overflow-wrap:break-word}"
    "th{color:var(--soft)}tr+tr td,tr+tr th{border-top:1px solid var(--grid)}"
    ".matrix td{text-align:center;padding:.2rem .5rem;min-width:2.5rem}.matrix th{overflow-wrap:"
    "normal}.bars{width:100%}.bars th{width:40%;overflow-wrap:anywhere}.bars .bar{width:45%;vertical-align:middle}"
    ".bars svg{height:10px}.bars .n{text-align:right;padding-right:0;white-space:nowrap}.fill{fill:var(--a)}"
    ".right1{background:rgba(var(--good),.12)}.right2{background:rgba(var(--good),.22)}"
    ".right3{background:rgba(var(--good),.32)}.right4{background:rgba(var(--good),.42)}"
    ".wrong1{background:rgba(var(--bad),.12)}.wrong2{background:rgba(var(--bad),.22)}"
    ".wrong3{background:rgba(var(--bad),.32)}.wrong4{background:rgba(var(--bad),.42)}";

namespace detail {

/// Round steps of which about four lie between two numbers.
inline double tick_of(double least, double most) {
    const double wish = (most - least) / 4, power = std::pow(10, std::floor(std::log10(wish)));
    for (const double m : {1.0, 2.0, 2.5, 5.0})
        if (wish <= m * power) return m * power;
    return 10 * power;
}
/// The points that are drawn of a curve.
inline std::vector<std::size_t> drawn_points(const html_curve& c, std::size_t most = 300) {
    std::vector<std::size_t> some;
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < c.y.size(); ++i)
        if (std::isfinite(c.y[i])) all.push_back(i);
    if (all.size() <= most) return all;
    for (std::size_t piece = 0; piece < most / 2; ++piece) {
        const auto from = all.begin() + static_cast<std::ptrdiff_t>(all.size() * piece * 2 / most),
                   to = all.begin() + static_cast<std::ptrdiff_t>(all.size() * (piece + 1) * 2 / most);
        const auto [low, high] = std::minmax_element(
            from, to, [&](std::size_t a, std::size_t b) { return c.y[a] < c.y[b]; });
        some.push_back(std::min(*low, *high));
        if (*low != *high) some.push_back(std::max(*low, *high));
    }
    return some;
}

} // namespace detail

inline void html_page::chart(std::string_view title, std::span<const html_curve> curves) {
    constexpr double width = 440, height = 230, left = 78, right = 32, top = 26, bottom = 34;
    double x0 = 0, x1 = 1, y0 = 0, y1 = 1;
    bool any = false;
    for (const auto& c : curves)
        for (std::size_t i = 0; i < c.y.size(); ++i) {
            if (!std::isfinite(c.y[i])) continue;
            if (!any) x0 = x1 = c.x[i], y0 = y1 = c.y[i], any = true;
            x0 = std::min(x0, c.x[i]), x1 = std::max(x1, c.x[i]);
            y0 = std::min(y0, c.y[i]), y1 = std::max(y1, c.y[i]);
        }
    if (y1 - y0 <= 1e-12 * std::fabs(y1)) y0 -= 0.5 * std::fabs(y0) + 1e-9, y1 += 0.5 * std::fabs(y1) + 1e-9;
    if (x1 <= x0) x1 = x0 + 1;
    const double ty = detail::tick_of(y0, y1), tx = std::max(1.0, detail::tick_of(x0, x1));
    y0 = std::floor(y0 / ty) * ty, y1 = std::ceil(y1 / ty) * ty;
    const auto px = [&](double x) { return left + (x - x0) / (x1 - x0) * (width - left - right); };
    const auto py = [&](double y) { return height - bottom - (y - y0) / (y1 - y0) * (height - top - bottom); };
    const auto at = [](double v) { return number(std::round(10 * v) / 10); };
    std::string svg = "<figure><svg viewBox=\"0 0 440 230\" role=\"img\" aria-label=\"" + text(title) + "\">";
    for (double y = y0; y <= y1 + ty / 2; y += ty)
        svg += "<path class=\"grid\" d=\"M" + at(left) + " " + at(py(y)) + "H" + at(width - right) + "\"/><text x=\"" + at(left - 6) + "\" y=\"" +
               at(py(y) + 4) + "\" text-anchor=\"end\">" + number(std::fabs(y) < ty / 1e6 ? 0 : y) + "</text>";
    for (double x = std::ceil(x0 / tx) * tx; x <= x1; x += tx)
        svg += "<text x=\"" + at(px(x)) + "\" y=\"" + at(height - bottom + 18) + "\" text-anchor=\"middle\">" + number(x) + "</text>";
    double key = left;
    for (std::size_t k = 0; k < curves.size(); ++k) {
        const std::string which = std::to_string(k % 2);
        std::string path;
        for (const std::size_t i : detail::drawn_points(curves[k])) {
            const std::string x = at(px(curves[k].x[i])), y = at(py(curves[k].y[i]));
            path += (path.empty() ? "M" : "L") + x + " " + y;
            if (curves[k].dots && curves[k].y.size() <= 60) svg += "<circle class=\"d" + which + "\" r=\"3\" cx=\"" + x + "\" cy=\"" + y + "\"/>";
        }
        svg += "<path class=\"c" + which + "\" d=\"" + path + "\"/><text class=\"k" + which + "\" x=\"" + at(key) + "\" y=\"14\">" + text(curves[k].name, 40) + "</text>";
        key += 24 + 9 * static_cast<double>(std::min<std::size_t>(curves[k].name.size(), 40));
    }
    body_ += svg + "</svg><figcaption>" + text(title) + "</figcaption></figure>";
}

} // namespace hone
HONE_COMPACT_END
