// Memory on cache lines that is taken once and given back at the end. Large blocks ask for huge pages; pages that nobody touches
// cost nothing. `zeros` reads as zeros without being written: a part of it that is seldom touched stays on small pages, so that what
// is never touched takes no memory.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>
#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
#endif

namespace hone {

/// `size` elements, uninitialised, on a boundary of 64 bytes (2 MiB for large ones).
template <class T>
class storage {
public:
    storage() = default;
    explicit storage(std::size_t size) : size_(size) {
        if (size == 0) return;
        const std::size_t bytes = size * sizeof(T);
        if (bytes / sizeof(T) != size) throw std::bad_array_new_length();
        data_ = static_cast<T*>(::operator new(bytes, alignment()));
#ifdef MADV_HUGEPAGE
        if (large()) ::madvise(data_, bytes, MADV_HUGEPAGE);
#endif
    }
    /// Zeros. The first `seldom` elements stay on small pages.
    static storage zeros(std::size_t size, std::size_t seldom = 0) {
#ifdef MAP_ANONYMOUS
        storage s;
        s.size_ = size;
        if (s.large()) {
            void* const at = ::mmap(nullptr, size * sizeof(T), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            if (at == MAP_FAILED) throw std::bad_alloc();
            s.data_ = static_cast<T*>(at);
            s.mapped_ = true;
            const std::size_t first = (std::min(seldom, size) * sizeof(T) + page - 1) / page * page;
#ifdef MADV_HUGEPAGE
            if (first > 0) ::madvise(at, first, MADV_NOHUGEPAGE);
            if (first < size * sizeof(T)) ::madvise(static_cast<char*>(at) + first, size * sizeof(T) - first, MADV_HUGEPAGE);
#endif
            return s;
        }
        s.size_ = 0;
#endif
        storage plain(size);
        std::fill(plain.begin(), plain.end(), T(0));
        return plain;
    }
    storage(storage&& o) noexcept : data_(std::exchange(o.data_, nullptr)), size_(std::exchange(o.size_, 0)), mapped_(o.mapped_) {}
    storage& operator=(storage&& o) noexcept {
        std::swap(data_, o.data_);
        std::swap(size_, o.size_);
        std::swap(mapped_, o.mapped_);
        return *this;
    }
    ~storage() {
        if (!data_) return;
#ifdef MAP_ANONYMOUS
        if (mapped_) {
            ::munmap(static_cast<void*>(data_), size_ * sizeof(T));
            return;
        }
#endif
        ::operator delete(data_, alignment());
    }

    /// Writes a zero into each page of a share, so that the system has given it before it is needed: each thread its own.
    void touch(std::size_t from, std::size_t share, std::size_t shares) {
        const std::size_t step = page / sizeof(T), pages = (size_ - std::min(from, size_) + step - 1) / step;
        for (std::size_t p = pages * share / shares; p < pages * (share + 1) / shares; ++p) data_[from + p * step] = T(0);
    }

    T* data() { return data_; }
    const T* data() const { return data_; }
    std::size_t size() const { return size_; }
    T& operator[](std::size_t i) { return data_[i]; }
    const T& operator[](std::size_t i) const { return data_[i]; }
    T* begin() { return data_; }
    T* end() { return data_ + size_; }
    const T* begin() const { return data_; }
    const T* end() const { return data_ + size_; }

private:
    bool large() const { return size_ * sizeof(T) >= (std::size_t{4} << 20); }
    std::align_val_t alignment() const { return std::align_val_t{large() ? std::size_t{2} << 20 : std::size_t{64}}; }
    static constexpr std::size_t page = 4096;
    T* data_ = nullptr;
    std::size_t size_ = 0;
    bool mapped_ = false;
};

/// Memory that stands in a file becomes the process's own where these bytes are. Read first, they would bring the pages around them.
inline void take_pages([[maybe_unused]] void* at, [[maybe_unused]] std::size_t bytes) {
#ifdef MADV_POPULATE_WRITE
    const auto first = reinterpret_cast<std::uintptr_t>(at) / 4096 * 4096;
    ::madvise(reinterpret_cast<void*>(first), reinterpret_cast<std::uintptr_t>(at) + bytes - first, MADV_POPULATE_WRITE);
#endif
}

} // namespace hone
