// The k best held against a sort by value and index, without Python: every dtype, layout, policy
// for NaN, some k and numbers of threads, with every instruction set that was built and is to be
// had.
#include "top_k.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <string>

#include "fills.hpp"
#include "isa.hpp"
#include "layouts.hpp"
#include "pool.hpp"

namespace minloc {
namespace {

struct Case {
  Shape shape;
  std::vector<int> axes;  // the reduced ones, in the order that makes up the index
  std::vector<Index> ks;
  bool large = false;  // so that threads share it

  bool reduces(int axis) const { return std::find(axes.begin(), axes.end(), axis) != axes.end(); }
  Index length() const {
    Index length = 1;
    for (const int axis : axes) length *= shape[static_cast<std::size_t>(axis)];
    return length;
  }
};

std::vector<Case> cases(Index size) {
  const Index big = (9 << 19) / size;
  return {
      {{1}, {0}, {0, 1, 2}},
      {{7}, {0}, {0, 1, 3, 6, 7, 8}},
      {{300}, {0}, {1, 5, 70, 150, 299, 300}},
      {{5000}, {0}, {1, 10, 100, 1300, 5000}},
      {{2, 3}, {}, {0, 1, 2}},
      {{3, 1500}, {1}, {1, 17, 400}},
      {{260, 16}, {1}, {1, 3, 16}},
      {{70, 5}, {1}, {2, 5}},
      {{67, 100}, {1}, {1, 15, 17}},
      {{129, 129}, {1}, {4}},
      {{9, 530}, {0}, {1, 4, 9}},
      {{200, 67}, {0}, {1, 8, 17, 60}},
      {{700, 300}, {0}, {3, 200}},
      {{400, 3}, {0}, {5}},
      {{400, 3}, {0, 1}, {5, 600}},
      {{33, 35}, {1, 0}, {7, 1155}},
      {{7, 40, 9}, {1}, {3, 40}},
      {{7, 40, 9}, {0, 2}, {3, 20}},
      {{5, 40, 70}, {0, 1}, {3, 120}},
      {{5, 40, 70}, {2, 0}, {3, 120}},
      {{5, 40, 70}, {2, 0, 1}, {3, 12000}},
      {{3, 4, 5, 6}, {3, 1}, {3, 24}},
      {{0, 4}, {1}, {0, 2, 5}},
      {{4, 0}, {1}, {0, 1}},
      {{big + 11}, {0}, {1, 10, 3000}, true},
      {{3, big / 3}, {1}, {10}, true},
      {{big / 20, 20}, {1}, {3}, true},
      {{big / 70, 70}, {0}, {5, 100}, true},
      {{41, big / 41}, {0}, {5}, true},
      {{997, big / 997 + 1}, {1, 0}, {20}, true},
      {{13, 211, big / 2743 + 1}, {2, 0}, {4}, true},
  };
}

// How many checks there were, and how many failed; the first few failures are printed.
struct Tally {
  long checks = 0, failures = 0;

  void count(bool passed, const std::string& text) {
    ++checks;
    if (!passed && ++failures <= 10) std::printf("FAILED: %s\n", text.c_str());
  }
};

std::string tuple(const auto& numbers) {
  std::string text;
  for (const auto n : numbers) text += (text.empty() ? "(" : ", ") + std::to_string(n);
  return text + ")";
}

template <DType D>
struct Check {
  using T = Storage<D>;
  static constexpr Index size = sizeof(T);

  const Case& c;
  const Layout& layout;
  Shape strides, mask_strides;
  Memory memory, mask_memory;
  Index length, slices = 1;
  std::vector<Index> offsets;  // of elements, slice after slice
  std::vector<Value<D>> values;
  std::vector<char> excluded;

  Check(const Case& which, const Layout& how, const Fill& fill, Random random)
      : c(which),
        layout(how),
        strides(strides_of(c.shape, layout, size)),
        mask_strides(mask_strides_of(c.shape, layout)),
        memory(c.shape, strides, size, layout.offset),
        mask_memory(c.shape, mask_strides, 1, 0),
        length(c.length()) {
    for (auto at = memory.bytes.begin() + layout.offset; at < memory.bytes.end(); at += size) {
      const T x = element<D>(fill, random);
      std::memcpy(&*at, &x, sizeof x);
      if (layout.swapped) swap(&*at);
    }
    if (is_masked())
      for (char& byte : mask_memory.bytes)
        byte = random() % 5 < 2 ? static_cast<char>(random()) : 0;
    Shape shape, by, mask_by;
    const auto add = [&](int axis) {
      const auto at = static_cast<std::size_t>(axis);
      shape.push_back(c.shape[at]), by.push_back(strides[at]), mask_by.push_back(mask_strides[at]);
    };
    for (int axis = 0; axis < ndim(); ++axis)
      if (!c.reduces(axis)) add(axis), slices *= shape.back();
    for (const int axis : c.axes) add(axis);
    each_position(shape, by, mask_by, [&](Index offset, Index mask_offset) {
      char bytes[sizeof(T)];
      std::copy_n(memory.data() + offset, size, bytes);
      if (layout.swapped) swap(bytes);
      T x;
      std::memcpy(&x, bytes, sizeof x);
      offsets.push_back(offset);
      values.push_back(value<D>(x));
      excluded.push_back(is_masked() && (mask_memory.data()[mask_offset] != 0) == masked_value());
    });
  }

  static void swap(char* element) {
    constexpr Index part = is_complex<T> ? size / 2 : size;
    for (char* p = element; p < element + size; p += part) std::reverse(p, p + part);
  }
  bool is_masked() const { return layout.mask != MaskLayout::none; }
  bool masked_value() const { return c.shape[0] % 2 == 0; }
  int ndim() const { return static_cast<int>(c.shape.size()); }

  // The candidates of a slice, the best first, as many of them in order as are asked for.
  std::vector<Index> sorted(Index slice, Extreme extreme, NanRank nan) const {
    const Value<D>* x = values.data() + slice * length;
    std::vector<Index> indices;
    for (Index i = 0; i < length; ++i)
      if (!excluded[static_cast<std::size_t>(slice * length + i)] &&
          (nan == NanRank::last || !is_nan<D>(x[i])))
        indices.push_back(i);
    const Index most = std::min<Index>(*std::max_element(c.ks.begin(), c.ks.end()),
                                       static_cast<Index>(indices.size()));
    std::partial_sort(indices.begin(), indices.begin() + most, indices.end(),
                      [&](Index i, Index j) {
                        if (is_nan<D>(x[i]) != is_nan<D>(x[j])) return is_nan<D>(x[j]);
                        if (is_nan<D>(x[i]) || x[i] == x[j]) return i < j;
                        return extreme == Extreme::min ? x[i] < x[j] : x[j] < x[i];
                      });
    return indices;
  }

  bool has_nan_anywhere() const {
    for (std::size_t i = 0; i < values.size(); ++i)
      if (!excluded[i] && is_nan<D>(values[i])) return true;
    return false;
  }

  // What is wrong with an answer; nothing if it is right.
  std::string fault(const std::vector<std::vector<Index>>& right, Extreme extreme, NanRank nan,
                    Index k, Index step) const {
    using Status = TopOutcome::Status;
    const Array array{memory.data(), ndim(), c.shape.data(), strides.data(), size, layout.swapped};
    Mask mask{.data = is_masked() ? mask_memory.data() : nullptr,
              .strides = {},
              .masked_value = masked_value()};
    std::copy(mask_strides.begin(), mask_strides.end(), mask.strides);
    Axes axes{static_cast<int>(c.axes.size()), {}};
    std::copy(c.axes.begin(), c.axes.end(), axes.list);
    std::vector<char> value_places(static_cast<std::size_t>(slices * k * size));
    std::vector<Index> places(static_cast<std::size_t>(slices * k), -2);
    const TopOutcome outcome =
        top_k(array, mask, axes, k, false, extreme, nan, *instruction_set().kernels, D,
              {value_places.data(), places.data(), step});

    if (outcome.status == Status::nan)
      return nan == NanRank::refuse && has_nan_anywhere() ? "" : "has found a NaN";
    for (Index slice = 0; slice < slices; ++slice) {
      const auto have = static_cast<Index>(right[static_cast<std::size_t>(slice)].size());
      if (have >= k) continue;
      if (outcome.status == Status::too_few && outcome.slice == slice && outcome.candidates == have)
        return "";
      return "slice " + std::to_string(slice) + " has " + std::to_string(have) + ", not slice " +
             std::to_string(outcome.slice) + " " + std::to_string(outcome.candidates);
    }
    if (nan == NanRank::refuse && has_nan_anywhere()) return "has not found the NaN";
    if (outcome.status != Status::done) return "is not done";
    for (Index slice = 0; slice < slices; ++slice)
      for (Index rank = 0; rank < k; ++rank) {
        const Index want = right[static_cast<std::size_t>(slice)][static_cast<std::size_t>(rank)];
        const Index place = (slice / step * k + rank) * step + slice % step;
        const Index got = places[static_cast<std::size_t>(place)];
        const char* const value_got = value_places.data() + place * size;
        const Index offset = offsets[static_cast<std::size_t>(slice * length + want)];
        if (got != want || std::memcmp(value_got, memory.data() + offset, sizeof(T)) != 0)
          return "slice " + std::to_string(slice) + " rank " + std::to_string(rank) + " is " +
                 std::to_string(got) + ", not " + std::to_string(want);
      }
    return "";
  }

  // From one rank to the next in an answer: the axis of ranks comes before some of the kept axes.
  Index rank_step(Index kept_after) const {
    Index step = 1;
    for (int axis = ndim() - 1; axis >= 0 && kept_after > 0; --axis)
      if (!c.reduces(axis)) step *= c.shape[static_cast<std::size_t>(axis)], --kept_after;
    return step;
  }

  void run(const Fill& fill, Tally& tally) const {
    Index kept_after = 0;
    const Index kept = ndim() - static_cast<Index>(c.axes.size());
    for (const Extreme extreme : {Extreme::min, Extreme::max})
      for (const NanRank nan : {NanRank::omit, NanRank::last, NanRank::refuse}) {
        if (!knows_nan<D> && nan == NanRank::last) continue;
        std::vector<std::vector<Index>> right;
        for (Index slice = 0; slice < slices; ++slice) right.push_back(sorted(slice, extreme, nan));
        for (const Index k : c.ks)
          for (const int threads : {1, 2, 7}) {
            if (threads > 1 && !c.large) continue;
            set_num_threads(threads);
            kept_after = kept_after < kept ? kept_after + 1 : 0;
            const std::string wrong = fault(right, extreme, nan, k, rank_step(kept_after));
            tally.count(wrong.empty(), std::to_string(static_cast<int>(D)) +
                                           (extreme == Extreme::min ? ", min" : ", max") +
                                           ", NaN " + std::to_string(static_cast<int>(nan)) +
                                           ", k " + std::to_string(k) + ", shape " +
                                           tuple(c.shape) + ", axes " + tuple(c.axes) + ", " +
                                           layout.name + ", filled with " + fill.name +
                                           ", threads " + std::to_string(threads) + ": " + wrong);
          }
      }
  }
};

template <DType D>
void check_dtype(Tally& tally, std::uint64_t one_in) {
  Random which{static_cast<std::uint64_t>(D)};
  for (const Case& c : cases(sizeof(Storage<D>)))
    for (const Layout& layout : layouts)
      for (const Fill& fill : fills(std::max<Index>(c.length(), 1))) {
        // Of what is large, a few layouts and fills must do.
        if (which() % (c.large ? 20 * one_in : one_in) != 0) continue;
        Check<D>(c, layout, fill, {static_cast<std::uint64_t>(tally.checks)}).run(fill, tally);
      }
}

template <int... dtypes>
void check_all(Tally& tally, std::uint64_t one_in, std::integer_sequence<int, dtypes...>) {
  (check_dtype<static_cast<DType>(dtypes)>(tally, one_in), ...);
}

}  // namespace
}  // namespace minloc

// An argument of 10 takes one in ten of the fills and layouts.
int main(int count, char** arguments) {
  using namespace minloc;
  const std::uint64_t one_in = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 1;
  if (one_in == 0) return 2;
  long failures = 0;
  for (int i = 0; i < instruction_set_count; ++i) {
    if (!use_instruction_set(instruction_sets[i].name)) continue;
    Tally tally;
    check_all(tally, one_in, std::make_integer_sequence<int, dtype_count>{});
    std::printf("%s: %ld passed, %ld failed\n", instruction_sets[i].name,
                tally.checks - tally.failures, tally.failures);
    failures += tally.failures;
  }
  return failures > 0;
}
