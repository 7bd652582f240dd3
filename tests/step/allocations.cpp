// No step takes memory. Counted on every thread: malloc, calloc, realloc, memalign, aligned_alloc, posix_memalign (so operator new in
// all its forms, which calls them), mmap, brk and sbrk, as far as they are called by their names. What the C library calls inside
// itself is seen in the kernel's books: program break, number of mappings and mapped pages are the same before and after.
// Elsewhere than on glibc, or under a sanitizer, only operator new is counted.
// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <vector>

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define HONE_COUNTS_CALLS 1
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#else
#define HONE_COUNTS_CALLS 0
#endif

#include "hone/adapter/adapt.hpp"
#include "hone/adapter/prefix.hpp"
#include "hone/adapter/prompt.hpp"
#include "hone/loss/loss.hpp"
#include "hone/model/bert.hpp"
#include "hone/optimizer/adamw.hpp"
#include "hone/optimizer/chain.hpp"
#include "hone/optimizer/cpu.hpp"
#include "step/model.hpp"
#include "test.hpp"

namespace {

std::atomic<bool> counting{false};
std::atomic<long> calls{0};
void count() {
    if (counting.load(std::memory_order_relaxed))
        calls.fetch_add(1, std::memory_order_relaxed);
}

} // namespace

#if HONE_COUNTS_CALLS
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void* __sbrk(std::intptr_t);

void* malloc(std::size_t n) {
    count();
    return __libc_malloc(n);
}
void* calloc(std::size_t n, std::size_t size) {
    count();
    return __libc_calloc(n, size);
}
void* realloc(void* p, std::size_t n) {
    count();
    return __libc_realloc(p, n);
}
void* memalign(std::size_t alignment, std::size_t n) {
    count();
    return __libc_memalign(alignment, n);
}
void* aligned_alloc(std::size_t alignment, std::size_t n) {
    count();
    return __libc_memalign(alignment, n);
}
int posix_memalign(void** p, std::size_t alignment, std::size_t n) {
    count();
    *p = __libc_memalign(alignment, n);
    return *p ? 0 : 12;
}
void* mmap(void* at, std::size_t n, int protection, int flags, int file, off_t offset) {
    count();
    return reinterpret_cast<void*>(syscall(SYS_mmap, at, n, protection, flags, file, offset));
}
int brk(void* to) {
    count();
    const auto by = static_cast<char*>(to) - static_cast<char*>(__sbrk(0));
    return __sbrk(by) == reinterpret_cast<void*>(-1) ? -1 : 0;
}
void* sbrk(std::intptr_t by) {
    count();
    return __sbrk(by);
}
}
#else
void* operator new(std::size_t n) {
    count();
    if (void* p = std::malloc(n ? n : 1))
        return p;
    throw std::bad_alloc();
}
void* operator new(std::size_t n, std::align_val_t a) {
    count();
    void* p = nullptr;
    if (::posix_memalign(&p, static_cast<std::size_t>(a), n ? n : 1) == 0)
        return p;
    throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
#endif

using namespace hone;
using namespace hone::testing;

namespace {

/// What the kernel says of the process's memory, read without a call that allocates.
struct books {
    long pages = 0, mappings = 0;
    const void* top = nullptr;
    bool operator==(const books&) const = default;

    static books now() {
        books b;
#if HONE_COUNTS_CALLS
        static char text[1 << 16];
        if (const int file = ::open("/proc/self/statm", O_RDONLY); file >= 0) {
            const auto n = ::read(file, text, 64);
            for (long i = 0; i < n && text[i] >= '0' && text[i] <= '9'; ++i)
                b.pages = 10 * b.pages + (text[i] - '0');
            ::close(file);
        }
        if (const int file = ::open("/proc/self/maps", O_RDONLY); file >= 0) {
            for (ssize_t n; (n = ::read(file, text, sizeof text)) > 0;)
                for (ssize_t i = 0; i < n; ++i)
                    b.mappings += text[i] == '\n';
            ::close(file);
        }
        b.top = reinterpret_cast<const void*>(::syscall(SYS_brk, nullptr));
#endif
        return b;
    }
};

/// The stack grows when it is first used so deep: that is no step's doing, so it is done beforehand.
void grow_stack() {
    volatile char room[1 << 19];
    for (std::size_t i = 0; i < sizeof room; i += 1024)
        room[i] = 1;
}

/// Calls f and returns how many calls that take memory it made; the kernel's books must be as before.
template <class F>
long taken(F&& f) {
    grow_stack();
    const auto before = books::now();
    calls = 0;
    counting = true;
    f();
    counting = false;
    const auto after = books::now();
    const long counted = calls;
    CHECK(before.pages == after.pages);
    CHECK(before.mappings == after.mappings);
    CHECK(before.top == after.top);
    return counted;
}

using encoder = bert<layers<2>, width<20>, heads<2>, inner<36>, vocabulary<17>, positions<40>>;
struct model_type : classify<encoder, classes<run_time>> {};

struct ragged {
    tokens of;
    std::vector<std::int32_t> label;
    ragged(std::initializer_list<int> lengths, std::uint64_t seed)
        : of(lengths, 17, seed), label(labels(static_cast<int>(lengths.size()), 5, seed)) {}
    text_batch batch() const { return {of.rows(), label}; }
};

} // namespace

TEST_CASE("no step takes memory once storage is reserved") {
    const ragged batches[] = {{{3, 40, 1, 7}, 1}, {{1}, 2}, {{40, 40, 40, 39, 2, 11, 5}, 3}, {{2, 2}, 4}, {{40, 17, 40, 40, 33}, 5}};
    for (int threads : {1, 4}) {
        parameters<model_type> model(5);
        model.initialize(1);
        team workers(threads);
        auto step = differentiate(
            model, trainable<on<"**">>{}, [](auto m, auto batch) { return cross_entropy(m(batch.tokens), batch.label); }, workers);
        step.set<"dropout">(0.1f).set<"attention_dropout">(0.1f);
        step.reserve({177, 7});
        const auto optimizer = chain(clip_by_global_norm(1.0), adamw{.rate = linear_warmup(1e-3, 3, 20)});
        auto state = optimizer.start(step.weights());
        double loss = 0;
        const long counted = taken([&] {
            for (int round = 0; round < 4; ++round)
                for (const auto& b : batches) {
                    const auto [l, gradients] = step(b.batch());
                    optimizer.step(step.weights(), gradients, state);
                    loss += l;
                }
        });
        INFO(threads << " threads");
        CHECK(counted == 0);
        CHECK(loss > 0);
        CHECK(state.step == 20);
        CHECK(step.arena_bytes() == step.plan().bytes({177, 7}, threads));

        std::vector<text_batch> halves{batches[0].batch(), batches[4].batch()};
        CHECK(taken([&] { step.accumulate(halves); }) == 0);
    }
}

TEST_CASE("nor does one whose texts stand behind virtual tokens and prefixes") {
    using tuned = adapt<model_type, prompt<virtual_tokens<3>>, on<"**.word">, prefix<virtual_tokens<2>>, on<"**.attention">>;
    const ragged batches[] = {{{3, 35, 1, 7}, 1}, {{1}, 2}, {{1, 1, 1, 1, 1, 1, 1}, 3}, {{35, 17, 35, 35, 33}, 4}};
    parameters<tuned> model(5);
    model.initialize(1);
    team workers(2);
    auto step = differentiate(
        model, trainable<adapters>{}, [](auto m, auto batch) { return cross_entropy(m(batch.tokens), batch.label); }, workers);
    step.reserve({155, 7});
    CHECK(taken([&] {
              for (const auto& b : batches) step(b.batch());
          }) == 0);
    CHECK(step.arena_bytes() == step.plan().bytes({155, 7}, 2));
}

namespace {
struct features {
    real_rows<3> x;
    HONE_FIELDS(x)
};
} // namespace

TEST_CASE("real features in double are copied into memory that was reserved") {
    parameters<linear<width<3>, width<2>>, double> model;
    model.initialize(1);
    team workers(1);
    auto step = differentiate<features>(
        model, trainable<on<"**">>{}, [](auto m, auto batch) { return mean_of(square(m(batch.x))); }, workers);
    step.reserve({0, 50});
    const auto few = reals(3 * 2, 1), many = reals(3 * 50, 2);
    CHECK(taken([&] {
              step({{few}});
              step({{many}});
          }) == 0);
}

TEST_CASE("a batch that is larger than what was reserved takes memory, and is counted") {
    const ragged small({3, 2}, 1), large({40, 40, 40}, 2);
    parameters<model_type> model(5);
    model.initialize(1);
    team workers(1);
    auto step = differentiate(
        model, trainable<on<"**">>{}, [](auto m, auto batch) { return cross_entropy(m(batch.tokens), batch.label); }, workers);
    step.reserve({5, 2});
    calls = 0;
    counting = true;
    step(small.batch());
    const long within = calls;
    step(large.batch());
    counting = false;
    CHECK(within == 0);
    CHECK(calls > 0);
}

TEST_CASE("planted allocations are counted, on the caller's thread and on another's") {
    team workers(3);
    const auto planted = [&](auto&& f) {
        calls = 0;
        counting = true;
        workers.run([&](int thread, int) {
            if (thread == 2)
                f();
        });
        counting = false;
        return calls.load();
    };
    CHECK(planted([] {}) == 0);
    CHECK(planted([] { ::operator delete(::operator new(24)); }) == 1);
    CHECK(planted([] { ::operator delete (::operator new (4096, std::align_val_t{64}), std::align_val_t{64}); }) == 1);
    CHECK(planted([] { storage<float> three(3); }) == 1);
#if HONE_COUNTS_CALLS
    CHECK(planted([] {
              void* volatile p = std::malloc(24);
              std::free(p);
          }) == 1);
    CHECK(planted([] { ::munmap(::mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 4096); }) == 1);
    CHECK(planted([] { ::sbrk(0); }) == 1);
    CHECK(planted([] { (void)::brk(::sbrk(0)); }) == 2);
    const auto before = books::now(); // a mapping that no symbol sees
    void* hidden = reinterpret_cast<void*>(::syscall(SYS_mmap, nullptr, 1 << 16, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    CHECK_FALSE(before == books::now());
    ::munmap(hidden, 1 << 16);
#endif
    calls = 0;
    counting = true;
    delete new int(1);
    counting = false;
}
