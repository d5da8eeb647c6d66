// Every kernel held against the oracle, without Python: for machines that are emulated.
//
// A check is one `run` of one `Plan`: a dtype, an order, a shape, a layout, a fill and a number of
// threads, with every instruction set that was built and that this machine has. The tests in Python
// cover what is around the kernels too.
#include <algorithm>
#include <span>
#include <string>

#include "pool.hpp"
#include "run.hpp"
#include "subject.hpp"
#include "tally.hpp"

namespace minloc {
namespace {

// Shapes that take a way of their own, for elements of `size` bytes.
std::vector<Case> cases(Index size) {
  std::vector<Case> all;
  const auto add = [&](std::initializer_list<Case> more) {
    all.insert(all.end(), more.begin(), more.end());
  };
  // So many elements are in a vector of 16 or 32 bytes.
  const Index narrow = std::max<Index>(1, 16 / size), v = 2 * narrow;
  // One slice, its length round a vector, a few vectors, a block, several vectors and a stretch.
  for (const Index n : {narrow, v})
    for (const Index length : {n - 1, n, n + 1, 4 * n + 1, 5 * n - 1, 32 * n - 1, 32 * n,
                               32 * n + 1, 65 * n, 250 * n - 1, 250 * n, 250 * n + 1})
      if (length > 0) add({{{length}, {0}}});
  const Index stretch = (size == 1 ? 64 : 256) * 32 * narrow;
  add({{{stretch + 1}, {0}}, {{stretch + narrow}, {0}}});
  // Short slices, adjacent or side by side, in fewer and in more than a vector.
  for (Index n = 2; n <= 9; ++n)
    for (const Index count : {Index{3}, 5 * narrow + 3})
      add({{{count, n}, {1}}, {{n, count}, {0}}});
  const Index panel = panel_width(size);
  add({
      {{2, panel + 5}, {0}},         // slices that do not fit one panel
      {{9, panel + 5}, {0}},         // the same, not so short
      {{300, v + 3}, {0}},           // more elements than 8 bits count
      {{2100, v + 1}, {0}},          // more groups of elements than 8 bits count
      {{v + 5, 300}, {1}},           // long slices
      {{5, 40 * v + 3}, {1}},        // met in groups of vectors
      {{3000, 3}, {0}},              // rows so narrow that some are taken together
      {{1500, 3}, {0, 1}},           // everything; in Fortran's order many short slices
      {{3, 35, 2 * v + 1}, {1}},     // the axis in the middle
      {{v + 1, 5, 2, 3}, {2, 3}},    // neighbours that are one run of memory
      {{3, 4, 2 * v + 1}, {0, 2}},   // axes that are no neighbours
      {{2 * v + 1, 3, 11}, {2, 0}},  // nor in order
      {{7, 1, 9}, {1}},              // slices of one element
  });
  // Those that threads share, by the loop that is cut.
  const Index n = (17 << 18) / size;
  add({
      {{n + 11}, {0}, true},                // the only slice
      {{3, n / 3}, {1}, true},              // few slices
      {{n / 3, 3}, {1}, true},              // short slices, many of them
      {{n / 5, 5}, {0}, true},              // few columns
      {{41, n / 41}, {0}, true},            // many columns
      {{37, 97, n / 3589 + 1}, {1}, true},  // a kept axis around the others
      {{997, n / 997 + 1}, {1, 0}, true},   // everything, not in memory order
  });
  if (size == 2) add({{{65700, v + 1}, {0}, true}});  // more elements than 16 bits count
  return all;
}

template <DType D>
Plan plan_of(const Subject<D>& subject, const Shape& out_strides, Nan nan, Ties ties) {
  Plan plan(subject.array(), subject.mask(), subject.axes(), out_strides.data(),
            Visit::memory_order, ties);
  plan.may_miss = subject.is_masked() || (nan == Nan::omit && knows_nan<D>);
  return plan;
}

template <DType D>
Shape answers(const Subject<D>& subject, Extreme extreme, Nan nan, Ties ties) {
  Shape answers;
  const Index length = subject.c.length(), size = static_cast<Index>(subject.values.size());
  for (Index at = 0; at < size; at += length)
    answers.push_back(oracle<D>(subject.values.data() + at, subject.excluded.data() + at, length,
                                extreme, nan, ties));
  return answers;
}

// Places for answers in C order, some distance apart, perhaps backwards.
struct Answers {
  Index spacing;
  Shape places, strides;

  Answers(const Case& c, Index apart) : spacing(apart) {
    Index count = 1;
    for (std::size_t axis = c.shape.size(); axis-- > 0;) {
      if (c.reduces(static_cast<int>(axis))) continue;
      strides.insert(strides.begin(), count * spacing * static_cast<Index>(sizeof(Index)));
      count *= c.shape[axis];
    }
    places.resize(static_cast<std::size_t>(count * std::abs(spacing)));
  }
  Index* first() { return spacing > 0 ? &places.front() : &places.back(); }
};

// What is asked of a subject, in words.
std::string words(Extreme extreme, Nan nan, Ties ties, bool both, Index threads) {
  std::string text = extreme == Extreme::min ? ", min" : ", max";
  if (both) text += " of both";
  if (nan == Nan::omit) text += ", omitting NaN";
  if (ties == Ties::last) text += ", the last of equals";
  return text + ", threads " + std::to_string(threads);
}

template <DType D>
void check(const Case& c, const Layout& layout, const Fill& fill, Tally& tally) {
  const Subject<D> subject(c, layout, fill, {static_cast<std::uint64_t>(tally.checks)});
  const auto hold = [&](const Shape& want, const Outcome& outcome, Answers& out,
                        const std::string& asked) {
    const auto wrong = std::find_if(want.begin(), want.end(), [&](const Index& index) {
      return index != out.first()[(&index - want.data()) * out.spacing];
    });
    const bool misses = std::find(want.begin(), want.end(), no_candidate) != want.end();
    tally.count(outcome.finished && wrong == want.end() && outcome.misses == misses, [&] {
      std::string text = dtype_names[static_cast<int>(D)];
      text += asked + ", shape " + tuple(c.shape) + ", axes " + tuple(c.axes) + ", " + layout.name +
              ", filled with " + fill.name;
      if (wrong == want.end()) return text + ": whether a slice has no candidate";
      const Index slice = wrong - want.begin();
      return text + ": slice " + std::to_string(slice) + " gives " +
             std::to_string(out.first()[slice * out.spacing]) + ", not " + std::to_string(*wrong);
    });
  };
  const auto first_byte = [](Answers& out) {
    std::fill(out.places.begin(), out.places.end(), -2);
    return reinterpret_cast<char*>(out.first());
  };
  const Kernels& kernels = *instruction_set().kernels;
  Answers smallest(c, layout.answer_spacing), largest(c, layout.answer_spacing);
  for (const Nan nan : {Nan::propagate, Nan::omit}) {
    // Each extreme alone is asked for the first of equals, both together for the last of them, too.
    for (const Ties ties : {Ties::first, Ties::last}) {
      const Shape least = answers(subject, Extreme::min, nan, ties),
                  most = answers(subject, Extreme::max, nan, ties);
      const Plan plan = plan_of(subject, smallest.strides, nan, ties);
      for (const int threads : {1, 2, 7}) {
        if (threads > 1 && !c.large) continue;
        set_num_threads(threads);
        const auto alone = [&](Extreme extreme, const Shape& want) {
          const Outcome outcome =
              run(plan, subject.itemsize, {kernels.order(D, extreme, nan), first_byte(smallest)});
          hold(want, outcome, smallest, words(extreme, nan, ties, false, threads));
        };
        if (ties == Ties::first) {
          alone(Extreme::min, least);
          alone(Extreme::max, most);
        }
        const Outcome outcome =
            run(plan, subject.itemsize, {kernels.order(D, Extreme::min, nan), first_byte(smallest)},
                {kernels.order(D, Extreme::max, nan), first_byte(largest)});
        hold(least, outcome, smallest, words(Extreme::min, nan, ties, true, threads));
        hold(most, outcome, largest, words(Extreme::max, nan, ties, true, threads));
      }
    }
  }
}

template <DType D>
void check_dtype(Tally& tally, std::uint64_t one_in) {
  constexpr Index size = sizeof(Storage<D>);
  Random which{static_cast<std::uint64_t>(D)};
  for (const Case& c : cases(size)) {
    const std::vector<Fill> all = fills(c.length());
    for (const Layout& layout : std::span(layouts).first(c.large ? 1 : std::size(layouts)))
      for (const Fill& fill : std::span(all).last(c.large ? 1 : all.size()))
        if (which() % one_in == 0) check<D>(c, layout, fill, tally);
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
