// The best of every window held against the oracle, without Python: every dtype and layout, windows
// within the line, clipped at its ends, and as long as it is, with every instruction set that was
// built and that this machine has.
#include <string>

#include "moving.hpp"
#include "pool.hpp"
#include "subject.hpp"
#include "tally.hpp"

namespace minloc {
namespace {

std::vector<Case> cases(Index size) {
  const Index big = (9 << 19) / size;
  return {
      {{1}, {0}},
      {{67}, {0}},
      {{5000}, {0}},
      {{3, 40}, {1}},
      {{40, 3}, {0}},
      {{70, 45}, {1}},
      {{45, 70}, {0}},
      {{300, 40}, {0}},
      {{7, 40, 9}, {1}},
      {{5, 3, 131}, {2}},
      {{big + 11}, {0}, true},
      {{big / 300, 300}, {0}, true},
      {{3, big / 3}, {1}, true},
  };
}

// Windows of a line: within it, clipped at both ends, and from its beginning on.
std::vector<Windows> windows_along(Index line, bool large) {
  std::vector<Windows> all;
  for (const Index length : {1, 2, 3, 5, 8, 17, 33, 131, 200}) {
    if (length > line || (large && length != 3)) continue;
    all.push_back({line, length, 0, line - length + 1});
    all.push_back({line, length, -(length / 2), line});
  }
  if (line <= 200) all.push_back({line, line, 1 - line, line});
  return all;
}

template <DType D>
struct Check {
  const Case& c;
  const Subject<D> subject;
  const Windows windows;
  const int axis = c.axes[0];
  Shape kept, kept_strides, strides;

  Check(const Case& which, const Layout& layout, const Fill& fill, Random random,
        const Windows& asked)
      : c(which),
        subject(which, layout, fill, random),
        windows(asked),
        strides(which.shape.size()) {
    Index stride = sizeof(Index);
    for (std::size_t i = c.shape.size(); i-- > 0;) {
      strides[i] = stride;
      const bool along = static_cast<int>(i) == axis;
      stride *= along ? windows.count : c.shape[i];
      if (along) continue;
      kept.insert(kept.begin(), c.shape[i]);
      kept_strides.insert(kept_strides.begin(), strides[i]);
    }
  }

  // What is wrong with the answers; nothing if they are right.
  std::string fault(const WindowQuestion& question) const {
    std::vector<Index> answers(static_cast<std::size_t>(c.slices() * windows.count), -2);
    char* const out = reinterpret_cast<char*>(answers.data());
    if (!find_windows(subject.array(), subject.mask(), axis, windows, question, out,
                      strides.data()))
      return "is not finished";
    std::string wrong;
    Index first = 0;  // element of the line
    each_position(kept, kept_strides, kept_strides, [&](Index offset, Index) {
      for (Index i = 0; i < windows.count && wrong.empty(); ++i) {
        const Index begin = windows.begin(i), at = first + begin;
        const Index best =
            oracle<D>(subject.values.data() + at, subject.excluded.data() + at,
                      windows.end(i) - begin, question.extreme, question.nan, question.ties);
        const Index want = best == no_candidate ? no_candidate : begin + best;
        Index got;
        __builtin_memcpy(&got, out + offset + i * strides[static_cast<std::size_t>(axis)],
                         sizeof got);
        if (got != want)
          wrong = "window " + std::to_string(i) + " of line " + std::to_string(first / c.length()) +
                  " gives " + std::to_string(got) + ", not " + std::to_string(want);
      }
      first += c.length();
    });
    return wrong;
  }

  void run(const Fill& fill, Tally& tally) const {
    for (const Extreme extreme : {Extreme::min, Extreme::max})
      for (const Nan nan : {Nan::propagate, Nan::omit})
        for (const Ties ties : {Ties::first, Ties::last}) {
          if (!knows_nan<D> && nan == Nan::omit) continue;
          set_num_threads(c.large ? 3 : 1);
          const std::string wrong = fault({D, extreme, nan, ties});
          tally.count(wrong.empty(), [&] {
            std::string text = dtype_names[static_cast<int>(D)];
            text += extreme == Extreme::min ? ", min" : ", max";
            if (nan == Nan::omit) text += ", omitting NaN";
            if (ties == Ties::last) text += ", the last of equals";
            return text + ", shape " + tuple(c.shape) + ", axis " + tuple(c.axes) + ", " +
                   subject.layout.name + ", filled with " + fill.name + ", windows of " +
                   std::to_string(windows.length) + " from " + std::to_string(windows.first) +
                   ": " + wrong;
          });
        }
  }
};

template <DType D>
void check_dtype(Tally& tally, std::uint64_t one_in) {
  Random which{static_cast<std::uint64_t>(D)};
  for (const Case& c : cases(sizeof(Storage<D>)))
    for (const Layout& layout : layouts)
      for (const Fill& fill : fills(c.length()))
        for (const Windows& windows : windows_along(c.length(), c.large)) {
          if (which() % (c.large ? 40 * one_in : one_in) != 0) continue;
          Check<D>(c, layout, fill, {static_cast<std::uint64_t>(tally.checks)}, windows)
              .run(fill, tally);
        }
}

}  // namespace
}  // namespace minloc

// An argument of 10 takes one in ten of the fills, layouts and windows.
int main(int count, char** arguments) {
  using namespace minloc;
  const std::uint64_t one_in = one_in_of(count, arguments);
  return check_all([=]<DType D>(Tally& tally) { check_dtype<D>(tally, one_in); }) > 0;
}
