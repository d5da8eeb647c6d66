// Cutting and sorting candidates by rank, then by index: once for every type of rank.
//
// Inputs are too short to train the branch predictor, so comparisons are branchless: they end in
// sums and moves.
#include "selection.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace minloc {
namespace {

// No two candidates are equal, because no two have one index.
bool comes_before(const Candidate<std::uint64_t>& a, const Candidate<std::uint64_t>& b) {
  return static_cast<bool>((a.rank < b.rank) | ((a.rank == b.rank) & (a.index < b.index)));
}
bool comes_before(const Candidate<long double>& a, const Candidate<long double>& b) {
  return a.rank != b.rank ? a.rank < b.rank : a.index < b.index;
}
template <class F>
bool comes_before(const Candidate<Complex<F>>& a, const Candidate<Complex<F>>& b) {
  if (a.rank.real != b.rank.real) return a.rank.real < b.rank.real;
  if (a.rank.imag != b.rank.imag) return a.rank.imag < b.rank.imag;
  return a.index < b.index;
}
constexpr auto in_order = [](const auto& a, const auto& b) { return comes_before(a, b); };

constexpr Index few = 24;

// Sorts a few candidates by counting for each how many come before it.
template <class C>
void sort_few(C* all, Index count) {
  C copy[few];
  Index place[few] = {};
  for (Index i = 0; i < count; ++i) {
    copy[i] = all[i];
    Index before = 0;
    for (Index j = 0; j < i; ++j) {
      const bool later = comes_before(copy[i], copy[j]);
      place[j] += later;
      before += !later;
    }
    place[i] = before;
  }
  for (Index i = 0; i < count; ++i) all[place[i]] = copy[i];
}

template <class C>
void move_median_to_end(C* first, C* last) {
  C *a = first, *b = first + (last - first) / 2, *c = last - 1;
  if (comes_before(*b, *a)) std::swap(a, b);
  if (comes_before(*c, *b)) b = comes_before(*c, *a) ? a : c;
  std::swap(*b, last[-1]);
}

// How a candidate is copied. A candidate of two words written in halves and then read as a whole
// would stall store forwarding.
typedef std::int64_t TwoWords __attribute__((vector_size(16)));
template <class C>
using Whole = std::conditional_t<sizeof(C) == sizeof(TwoWords), TwoWords, C>;

// Partitions candidates by one of them, and returns a pointer to that: those ranked before it come
// first. The loop has no branch but its end.
template <class C>
C* part(C* first, C* last) {
  move_median_to_end(first, last);
  const C pivot = last[-1];
  C* end = first;
  for (C* p = first; p < last - 1; ++p) {
    const bool before = comes_before(*p, pivot);
    Whole<C> x, y;
    __builtin_memcpy(&x, p, sizeof x);
    __builtin_memcpy(&y, end, sizeof y);
    __builtin_memcpy(p, &y, sizeof y);
    __builtin_memcpy(end, &x, sizeof x);
    end += before;
  }
  std::swap(*end, last[-1]);
  return end;
}

// Rounds that are enough unless the data are made for it.
int rounds_for(Index count) {
  return 2 * (64 - __builtin_clzll(static_cast<unsigned long long>(count | 1)));
}

// Puts the k best first, the k-th of them at its place.
template <class C>
void select(C* first, C* last, Index k) {
  C* const kth = first + k - 1;
  for (int rounds = rounds_for(last - first); last - first > few / 2; --rounds) {
    if (rounds == 0) return std::nth_element(first, kth, last, in_order);
    C* const middle = part(first, last);
    if (middle == kth) return;
    (middle < kth ? first : last) = middle < kth ? middle + 1 : middle;
  }
  sort_few(first, last - first);
}

template <class C>
void sort(C* first, C* last, int rounds) {
  for (; last - first > few; --rounds) {
    if (rounds == 0) return std::sort(first, last, in_order);
    C* const middle = part(first, last);
    sort(first, middle, rounds - 1);
    first = middle + 1;
  }
  sort_few(first, last - first);
}

template <class Rank>
void keep_best(Selection& selection) {
  auto* const all = selection.as<Rank>();
  select(all, all + selection.count, selection.k);
  selection.count = selection.k;
}

template <class Rank>
Index* sorted_indices(Selection& selection) {
  if (selection.count > selection.k) keep_best<Rank>(selection);
  auto* const all = selection.as<Rank>();
  sort(all, all + selection.count, rounds_for(selection.count));
  for (Index i = 0; i < selection.count; ++i) {
    const Index index = all[i].index;
    __builtin_memcpy(selection.candidates + i * static_cast<Index>(sizeof index), &index,
                     sizeof index);
  }
  return reinterpret_cast<Index*>(selection.candidates);
}

template <class Rank>
constexpr Ranking ranking{sizeof(Candidate<Rank>), sorted_indices<Rank>};

}  // namespace

template <class Rank>
void cut(Selection& selection) {
  keep_best<Rank>(selection);
  selection.bounded = true;
}
template void cut<std::uint64_t>(Selection&);
template void cut<long double>(Selection&);
template void cut<Complex<double>>(Selection&);
template void cut<Complex<long double>>(Selection&);

const Ranking& ranking_of(Family family) {
  static constexpr const Ranking* rankings[] = {
#define MINLOC_X(name, storage) &ranking<typename RankOf<Family::name>::type>,
      MINLOC_FAMILIES(MINLOC_X)
#undef MINLOC_X
  };
  return *rankings[static_cast<int>(family)];
}

}  // namespace minloc
