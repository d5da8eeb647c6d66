// Cutting and sorting candidates by rank, then by index: once for every type of rank.
#include "selection.hpp"

#include <algorithm>

namespace minloc {
namespace {

template <class Rank>
bool comes_before(const Candidate<Rank>& a, const Candidate<Rank>& b) {
  if constexpr (requires { a.rank.real; }) {
    if (a.rank.real != b.rank.real) return a.rank.real < b.rank.real;
    if (a.rank.imag != b.rank.imag) return a.rank.imag < b.rank.imag;
  } else {
    if (a.rank != b.rank) return a.rank < b.rank;
  }
  return a.index < b.index;
}

template <class Rank>
void keep_best(Selection& selection) {
  auto* const all = selection.as<Rank>();
  const Index k = selection.k;
  std::nth_element(all, all + k - 1, all + selection.count, comes_before<Rank>);
  selection.count = k;
}

template <class Rank>
Index* sorted_indices(Selection& selection) {
  if (selection.count > selection.k) keep_best<Rank>(selection);
  auto* const all = selection.as<Rank>();
  std::sort(all, all + selection.count, comes_before<Rank>);
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

const Ranking& ranking_of(DType dtype) {
  static constexpr const Ranking* rankings[] = {
#define MINLOC_X(name, storage) &ranking<typename RankOf<DType::name>::type>,
      MINLOC_DTYPES(MINLOC_X)
#undef MINLOC_X
  };
  return *rankings[static_cast<int>(dtype)];
}

}  // namespace minloc
