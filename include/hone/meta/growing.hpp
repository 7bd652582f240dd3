// A growing array for code that the compiler runs: what std::vector does there, in far fewer calls (to a compiler that evaluates it, a
// push_back of std::vector is ten calls and a step of its iterator five).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <type_traits>
#include <utility>

namespace hone {

template <class T>
class growing {
public:
    constexpr growing() = default;
    constexpr explicit growing(std::size_t size) { resize(size); }
    constexpr growing(std::size_t size, const T& value) { assign(size, value); }
    constexpr growing(std::initializer_list<T> values) { append(values.begin(), values.size()); }
    constexpr growing(const growing& o) { append(o.data_, o.size_); }
    constexpr growing(growing&& o) noexcept : data_(o.data_), size_(o.size_), room_(o.room_) {
        o.data_ = nullptr;
        o.size_ = o.room_ = 0;
    }
    constexpr growing& operator=(const growing& o) {
        if (this == &o) return *this;
        clear();
        append(o.data_, o.size_);
        return *this;
    }
    constexpr growing& operator=(growing&& o) noexcept {
        swap(o);
        return *this;
    }
    constexpr ~growing() {
        clear();
        if (data_) std::allocator<T>().deallocate(data_, room_);
    }
    constexpr void swap(growing& o) noexcept {
        std::swap(data_, o.data_);
        std::swap(size_, o.size_);
        std::swap(room_, o.room_);
    }

    constexpr std::size_t size() const { return size_; }
    constexpr bool empty() const { return size_ == 0; }
    constexpr T* data() { return data_; }
    constexpr const T* data() const { return data_; }
    constexpr T* begin() { return data_; }
    constexpr T* end() { return data_ + size_; }
    constexpr const T* begin() const { return data_; }
    constexpr const T* end() const { return data_ + size_; }
    constexpr T& operator[](std::size_t i) { return data_[i]; }
    constexpr const T& operator[](std::size_t i) const { return data_[i]; }
    constexpr T& back() { return data_[size_ - 1]; }
    constexpr const T& back() const { return data_[size_ - 1]; }

    constexpr void reserve(std::size_t room) {
        if (room <= room_) return;
        T* const larger = std::allocator<T>().allocate(room);
        for (std::size_t i = 0; i < size_; ++i) {
            std::construct_at(larger + i, std::move(data_[i]));
            if constexpr (!std::is_trivially_destructible_v<T>) std::destroy_at(data_ + i);
        }
        if (data_) std::allocator<T>().deallocate(data_, room_);
        data_ = larger;
        room_ = room;
    }
    /// `value` is not an element of this array.
    constexpr void push_back(const T& value) {
        if (size_ == room_) reserve(room_ < 8 ? 16 : 2 * room_);
        std::construct_at(data_ + size_, value);
        ++size_;
    }
    constexpr void push_back(T&& value) {
        if (size_ == room_) reserve(room_ < 8 ? 16 : 2 * room_);
        std::construct_at(data_ + size_, std::move(value));
        ++size_;
    }
    constexpr void pop_back() {
        --size_;
        if constexpr (!std::is_trivially_destructible_v<T>) std::destroy_at(data_ + size_);
    }
    constexpr void clear() {
        if constexpr (!std::is_trivially_destructible_v<T>)
            while (size_ > 0) pop_back();
        size_ = 0;
    }
    constexpr void assign(std::size_t size, const T& value) {
        clear();
        reserve(size);
        for (; size_ < size; ++size_) std::construct_at(data_ + size_, value);
    }
    constexpr void resize(std::size_t size) {
        while (size_ > size) pop_back();
        reserve(size);
        for (; size_ < size; ++size_) std::construct_at(data_ + size_);
    }

private:
    constexpr void append(const T* from, std::size_t count) {
        reserve(size_ + count);
        for (std::size_t i = 0; i < count; ++i, ++size_) std::construct_at(data_ + size_, from[i]);
    }
    T* data_ = nullptr;
    std::size_t size_ = 0, room_ = 0;
};

} // namespace hone
