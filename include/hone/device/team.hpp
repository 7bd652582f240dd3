// A team of threads that lives as long as the program computes: the caller is thread 0, the others wait between runs. A wait spins
// briefly (a run follows the last within microseconds during training), then parks on an atomic. With more threads than
// processors that the process may use it parks at once: a spinning thread would hold up the one it waits for. Callers on several threads take turns.
// Cost: a run is one atomic store, a wake-up of whoever parked, and one count down; nothing is allocated.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/device/processors.hpp"
#include "hone/file/error.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace hone {

class team {
public:
    static constexpr int most_threads = 1023;

    /// `threads` counts the caller; 0 takes every processor that the process may use. Error "device.threads" where the system refuses so many.
    explicit team(int threads = 0) {
        const int processors = usable_processors();
        threads_ = threads > 0 ? threads : std::min(processors, most_threads);
        if (threads < 0 || threads_ > most_threads)
            throw error("device.threads", "this number of threads cannot be", {{}, -1, -1, -1, "threads"}, "0 (all processors) to 1023",
                        std::to_string(threads));
        spins_ = processors >= threads_ ? 4000 : 0;
        others_.reserve(static_cast<std::size_t>(threads_ - 1));
        try {
            for (int t = 1; t < threads_; ++t) others_.emplace_back([this, t] { serve(t); });
        } catch (const std::system_error& refused) {
            const std::string started = std::to_string(others_.size() + 1);
            dismiss();
            throw error("device.threads", std::string("the system gives no more threads: ") + refused.what(), {{}, -1, -1, -1, "threads"},
                        std::to_string(threads_), started);
        }
    }
    team(const team&) = delete;
    team& operator=(const team&) = delete;
    ~team() { dismiss(); }

    int size() const { return threads_; }

    /// Calls f(thread, threads) on every thread and returns when all have returned; the first exception thrown is thrown again here.
    /// A second caller waits until the first is done. Not to be called from inside a run.
    template <class F> void run(F&& f) {
        using function = std::remove_reference_t<F>;
        run_work([](void* what, int thread, int threads) { (*static_cast<function*>(what))(thread, threads); },
                 const_cast<void*>(static_cast<const void*>(std::addressof(f))));
    }

    /// Inside a run: returns when every thread that has not left the run has come here. One that threw has left: nobody waits for it.
    void barrier() {
        std::uint32_t seen = meeting_.load(std::memory_order_relaxed), next;
        do next = come(seen, 0);
        while (!meeting_.compare_exchange_weak(seen, next, std::memory_order_acq_rel, std::memory_order_relaxed));
        if (phase(next) != phase(seen)) {
            meeting_.notify_all();
            return;
        }
        const std::uint32_t mine = phase(seen);
        for (std::uint32_t now = next; phase(now) == mine; now = meeting_.load(std::memory_order_acquire)) wait_while(meeting_, now);
    }

private:
    // meeting_: bits 0-9 who has come, bits 10-19 who is expected, the rest counts meetings.
    static constexpr std::uint32_t phase(std::uint32_t m) { return m >> 20; }
    /// One more has come, or (leaving) one less is expected; the last one opens the next meeting.
    static constexpr std::uint32_t come(std::uint32_t m, std::uint32_t leaving) {
        const std::uint32_t came = (m & 1023u) + 1 - leaving, expected = (m >> 10 & 1023u) - leaving;
        return came == expected && expected > 0 ? (phase(m) + 1) << 20 | expected << 10 : phase(m) << 20 | expected << 10 | came;
    }
    static void pause() {
#if defined(__x86_64__) || defined(__i386__)
        __builtin_ia32_pause();
#endif
    }
    template <class Number> void wait_while(std::atomic<Number>& place, Number old) {
        for (int i = 0; i < spins_; ++i) {
            if (place.load(std::memory_order_acquire) != old) return;
            pause();
        }
        place.wait(old, std::memory_order_acquire);
    }
    /// The same code for every kind of work: compiled once, and each work compiled once behind its address.
    [[gnu::noinline]] void run_work(void (*work)(void*, int, int), void* what) {
        if (threads_ == 1) {
            meeting_.store(1u << 10, std::memory_order_relaxed);
            return work(what, 0, 1);
        }
        const std::lock_guard turn(callers_);
        work_ = work;
        what_ = what;
        meeting_.store(static_cast<std::uint32_t>(threads_) << 10, std::memory_order_relaxed);
        working_.store(threads_ - 1, std::memory_order_relaxed);
        turn_.fetch_add(1, std::memory_order_release);
        turn_.notify_all();
        take_part(0);
        for (int left = working_.load(std::memory_order_acquire); left != 0; left = working_.load(std::memory_order_acquire))
            wait_while(working_, left);
        if (failed_.load(std::memory_order_relaxed)) {
            failed_.store(false, std::memory_order_relaxed);
            std::rethrow_exception(std::exchange(failure_, nullptr));
        }
    }
    void take_part(int thread) {
        try {
            work_(what_, thread, threads_);
        } catch (...) {
            if (!failed_.exchange(true, std::memory_order_relaxed)) failure_ = std::current_exception();
        }
        std::uint32_t seen = meeting_.load(std::memory_order_relaxed), next;
        do next = come(seen, 1);
        while (!meeting_.compare_exchange_weak(seen, next, std::memory_order_acq_rel, std::memory_order_relaxed));
        if (phase(next) != phase(seen)) meeting_.notify_all();
    }
    void serve(int thread) {
        for (std::uint32_t seen = 0;;) {
            for (std::uint32_t now = seen; now == seen; now = turn_.load(std::memory_order_acquire)) wait_while(turn_, seen);
            ++seen;
            if (leaving_.load(std::memory_order_relaxed)) return;
            take_part(thread);
            if (working_.fetch_sub(1, std::memory_order_acq_rel) == 1) working_.notify_one();
        }
    }
    void dismiss() {
        leaving_.store(true, std::memory_order_relaxed);
        turn_.fetch_add(1, std::memory_order_release);
        turn_.notify_all();
        for (auto& t : others_) t.join();
    }

    int threads_ = 1, spins_ = 0;
    std::mutex callers_;
    void (*work_)(void*, int, int) = nullptr;
    void* what_ = nullptr;
    std::exception_ptr failure_;
    alignas(64) std::atomic<std::uint32_t> turn_{0};
    alignas(64) std::atomic<int> working_{0};
    alignas(64) std::atomic<std::uint32_t> meeting_{0};
    std::atomic<bool> failed_{false}, leaving_{false};
    std::vector<std::thread> others_;
};

/// A team of every processor that the process may use, made on first use and kept to the end of the program: for whoever does not choose the number of threads.
inline team& all_processors() {
    static team workers;
    return workers;
}

} // namespace hone
