// The k best held against a sort by value and index, without Python: every dtype, layout, policy
// for NaN, some k and numbers of threads, with every instruction set that was built and that this
// machine has.
#include "top_k.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "pool.hpp"
#include "subject.hpp"
#include "tally.hpp"

namespace minloc {
namespace {

struct Ranked : Case {
  std::vector<Index> ks;
};

std::vector<Ranked> cases(Index size) {
  const Index big = (9 << 19) / size;
  return {
      {{{1}, {0}}, {0, 1, 2}},
      {{{7}, {0}}, {0, 1, 3, 6, 7, 8}},
      {{{300}, {0}}, {1, 5, 70, 150, 299, 300}},
      {{{5000}, {0}}, {1, 10, 100, 1300, 5000}},
      {{{2, 3}, {}}, {0, 1, 2}},
      {{{3, 1500}, {1}}, {1, 17, 400}},
      {{{260, 16}, {1}}, {1, 3, 16}},
      {{{70, 5}, {1}}, {2, 5}},
      {{{67, 100}, {1}}, {1, 15, 17}},
      {{{129, 129}, {1}}, {4}},
      {{{9, 530}, {0}}, {1, 4, 9}},
      {{{200, 67}, {0}}, {1, 8, 17, 60}},
      {{{700, 300}, {0}}, {3, 200}},
      {{{400, 3}, {0}}, {5}},
      {{{400, 3}, {0, 1}}, {5, 600}},
      {{{33, 35}, {1, 0}}, {7, 1155}},
      {{{7, 40, 9}, {1}}, {3, 40}},
      {{{7, 40, 9}, {0, 2}}, {3, 20}},
      {{{5, 40, 70}, {0, 1}}, {3, 120}},
      {{{5, 40, 70}, {2, 0}}, {3, 120}},
      {{{5, 40, 70}, {2, 0, 1}}, {3, 12000}},
      {{{3, 4, 5, 6}, {3, 1}}, {3, 24}},
      {{{0, 4}, {1}}, {0, 2, 5}},
      {{{4, 0}, {1}}, {0, 1}},
      {{{big + 11}, {0}, true}, {1, 10, 3000}},
      {{{3, big / 3}, {1}, true}, {10}},
      {{{big / 20, 20}, {1}, true}, {3}},
      {{{big / 70, 70}, {0}, true}, {5, 100}},
      {{{41, big / 41}, {0}, true}, {5}},
      {{{997, big / 997 + 1}, {1, 0}, true}, {20}},
      {{{13, 211, big / 2743 + 1}, {2, 0}, true}, {4}},
  };
}

template <DType D>
struct Check {
  static constexpr Index size = Subject<D>::itemsize;

  const Ranked& c;
  const Subject<D> subject;
  const Index length = c.length(), slices = c.slices();

  Check(const Ranked& which, const Layout& layout, const Fill& fill, Random random)
      : c(which), subject(which, layout, fill, random) {}

  // The candidates of each slice, the best first, as many of them in order as are asked for.
  std::vector<std::vector<Index>> right_answers(Extreme extreme, NanRank nan) const {
    const Index most = *std::max_element(c.ks.begin(), c.ks.end());
    std::vector<std::vector<Index>> right;
    for (Index slice = 0; slice < slices; ++slice)
      right.push_back(oracle_top<D>(subject.values.data() + slice * length,
                                    subject.excluded.data() + slice * length, length, most, extreme,
                                    nan));
    return right;
  }

  // What is wrong with an answer; nothing if it is right.
  std::string fault(const std::vector<std::vector<Index>>& right, Extreme extreme, NanRank nan,
                    Index k, Index step) const {
    using Status = TopOutcome::Status;
    std::vector<char> value_places(static_cast<std::size_t>(slices * k * size));
    std::vector<Index> places(static_cast<std::size_t>(slices * k), -2);
    const TopOutcome outcome =
        top_k(subject.array(), subject.mask(), subject.axes(), k, false, extreme, nan,
              *instruction_set().kernels, D, {value_places.data(), places.data(), step});

    if (outcome.status == Status::nan)
      return nan == NanRank::refuse && subject.has_nan() ? "" : "has found a NaN";
    for (Index slice = 0; slice < slices; ++slice) {
      const auto have = static_cast<Index>(right[static_cast<std::size_t>(slice)].size());
      if (have >= k) continue;
      if (outcome.status == Status::too_few && outcome.slice == slice && outcome.candidates == have)
        return "";
      return "slice " + std::to_string(slice) + " has " + std::to_string(have) + ", not slice " +
             std::to_string(outcome.slice) + " " + std::to_string(outcome.candidates);
    }
    if (nan == NanRank::refuse && subject.has_nan()) return "has not found the NaN";
    if (outcome.status != Status::done) return "is not done";
    for (Index slice = 0; slice < slices; ++slice)
      for (Index rank = 0; rank < k; ++rank) {
        const Index want = right[static_cast<std::size_t>(slice)][static_cast<std::size_t>(rank)];
        const Index place = (slice / step * k + rank) * step + slice % step;
        const Index got = places[static_cast<std::size_t>(place)];
        const char* const value_got = value_places.data() + place * size;
        const Index offset = subject.offsets[static_cast<std::size_t>(slice * length + want)];
        if (got != want || std::memcmp(value_got, subject.memory.data() + offset, size) != 0)
          return "slice " + std::to_string(slice) + " rank " + std::to_string(rank) + " is " +
                 std::to_string(got) + ", not " + std::to_string(want);
      }
    return "";
  }

  // From one rank to the next in an answer: the axis of ranks comes before some of the kept axes.
  Index rank_step(Index kept_after) const {
    Index step = 1;
    for (int axis = subject.ndim() - 1; axis >= 0 && kept_after > 0; --axis)
      if (!c.reduces(axis)) step *= c.shape[static_cast<std::size_t>(axis)], --kept_after;
    return step;
  }

  void run(const Fill& fill, Tally& tally) const {
    Index kept_after = 0;
    const Index kept = subject.ndim() - static_cast<Index>(c.axes.size());
    for (const Extreme extreme : {Extreme::min, Extreme::max})
      for (const NanRank nan : {NanRank::omit, NanRank::last, NanRank::refuse}) {
        if (!knows_nan<D> && nan == NanRank::last) continue;
        const std::vector<std::vector<Index>> right = right_answers(extreme, nan);
        for (const Index k : c.ks)
          for (const int threads : {1, 2, 7}) {
            if (threads > 1 && !c.large) continue;
            set_num_threads(threads);
            kept_after = kept_after < kept ? kept_after + 1 : 0;
            const std::string wrong = fault(right, extreme, nan, k, rank_step(kept_after));
            tally.count(wrong.empty(), [&] {
              std::string text = dtype_names[static_cast<int>(D)];
              text += extreme == Extreme::min ? ", min" : ", max";
              text += ", NaN " + std::to_string(static_cast<int>(nan)) + ", k " + std::to_string(k);
              return text + ", shape " + tuple(c.shape) + ", axes " + tuple(c.axes) + ", " +
                     subject.layout.name + ", filled with " + fill.name + ", threads " +
                     std::to_string(threads) + ": " + wrong;
            });
          }
      }
  }
};

template <DType D>
void check_dtype(Tally& tally, std::uint64_t one_in) {
  Random which{static_cast<std::uint64_t>(D)};
  for (const Ranked& c : cases(sizeof(Storage<D>)))
    for (const Layout& layout : layouts)
      for (const Fill& fill : fills(std::max<Index>(c.length(), 1))) {
        // Of what is large, a few layouts and fills must do.
        if (which() % (c.large ? 20 * one_in : one_in) != 0) continue;
        Check<D>(c, layout, fill, {static_cast<std::uint64_t>(tally.checks)}).run(fill, tally);
      }
}

}  // namespace
}  // namespace minloc

// An argument of 10 takes one in ten of the fills and layouts.
int main(int count, char** arguments) {
  using namespace minloc;
  const std::uint64_t one_in = one_in_of(count, arguments);
  return check_all([=]<DType D>(Tally& tally) { check_dtype<D>(tally, one_in); }) > 0;
}
