// The k best of one slice so far: a buffer of candidates that is cut to its k best when it is full.
//
// A candidate is a *rank*, which is the smaller the better its element is, whatever the dtype and
// the extreme, and the index, which settles ties. Most dtypes have 64-bit ranks, so one cut and one
// sort serve them all, and every instruction set. After a cut the k-th candidate is the bound:
// anything not ranked before it cannot be among the k best.
#pragma once

#include "dtypes.hpp"

namespace minloc {

template <Family>
struct RankOf {
  using type = std::uint64_t;
};
template <>
struct RankOf<Family::longdouble> {
  using type = long double;
};
template <>
struct RankOf<Family::complex64> {
  using type = Complex<double>;
};
template <>
struct RankOf<Family::complex128> {
  using type = Complex<double>;
};
template <>
struct RankOf<Family::clongdouble> {
  using type = Complex<long double>;
};

template <class Rank>
struct Candidate {
  Rank rank;
  Index index;
};

struct Selection {
  char* candidates;
  Index k;         // at least 1
  Index capacity;  // more than k, or as many as will ever be added
  Index count;
  bool bounded;  // the k-th candidate is the bound

  template <class Rank>
  Candidate<Rank>* as() const {
    return reinterpret_cast<Candidate<Rank>*>(candidates);
  }
};

// Leaves the k best of a selection that has at least k candidates, and so sets the bound.
template <class Rank>
void cut(Selection& selection);

// What a driver that does not know the dtype does with selections of it.
struct Ranking {
  Index candidate_size;
  // Sorts the k best, or all there are, and puts their indices, best first, where the candidates
  // were. The selection has to be begun anew after that.
  Index* (*sorted_indices)(Selection&);
};
const Ranking& ranking_of(Family family);

}  // namespace minloc
