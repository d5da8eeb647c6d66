#include "top_candidates.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "measured.hpp"
#include "pool.hpp"

namespace minloc {
namespace {

// Where NaN are refused, pieces of this size are read twice: searched for NaN, then chosen from.
constexpr Index searched_at_once = 1 << 17;
// How many slices are chosen from at once. The selections of a stretch of columns take at most
// `columns_state` bytes, and each of its rows has at least a cache line.
constexpr Index rows_slices = 256, columns_slices = 256, columns_state = 1 << 18, line = 64;
// Selections of at least so many bytes are made one at a time.
constexpr Index large_selection = 1 << 20;
// A selection has room for at least so many candidates.
constexpr Index least_buffer = 16;
// How many bytes of distances are measured at once.
constexpr Index measured_at_once = 8192;

// Calls `visit(piece, slice) -> bool` for a tile as it is, or for pieces of it that are measured;
// false if it said no.
template <class Visit>
bool as_compared(const Tile& tile, const Target* target, Visit visit) {
  if (!target) return visit(tile, 0);
  alignas(64) char room[measured_at_once];
  bool goes_on = true;
  each_measured(tile, target->metric, room, measured_at_once,
                [&](const Tile& piece, Index slice) { goes_on = goes_on && visit(piece, slice); });
  return goes_on;
}

}  // namespace

Way way_for(const Plan& plan, Index k, Index candidate_size, const TopLeaves& leaves) {
  const Index length = plan.length(), slices = plan.slices.size, itemsize = plan.itemsize;
  const bool measured = plan.target != nullptr;
  const Index buffer = std::max(k <= length / 4 ? 4 * k : length, least_buffer);
  const Index capacity = std::min(buffer, length), size = capacity * candidate_size;
  // At least one vector of slices, whatever the instruction set.
  const bool many = slices * itemsize >= line;
  if (many && !plan.mask && !plan.swapped && !measured && plan.reduced_count == 0 &&
      length <= top_rows_length && k <= top_rows_k)
    return {nullptr, rows_slices, capacity};
  if (many && plan.lies_across() && size < large_selection) {
    const bool side_by_side = measured || (plan.slices.stride == itemsize && !plan.swapped);
    const Index shared = (slices + num_threads() - 1) / num_threads();
    const Index width = std::min({columns_state / size, shared, columns_slices});
    return {side_by_side ? leaves.columns : leaves.gathered, std::max(width, line / itemsize),
            capacity};
  }
  const bool adjacent = measured || (magnitude(plan.slice.stride) == itemsize && !plan.swapped);
  return {adjacent ? leaves.along : leaves.gathered, 1, capacity};
}

void Trouble::note(TopOutcome::Status status, Index slice, Index candidates) {
  const Locked locked(mutex_);
  if (status < outcome_.status) return;
  if (status == outcome_.status && slice >= outcome_.slice) return;
  outcome_ = {status, slice, candidates};
  if (status > TopOutcome::Status::too_few) stop_.store(true, std::memory_order_relaxed);
}

template <class Visit>
bool TopCandidates::each_piece(const Plan& some, const Stretch& from, Index bytes,
                               Patience& patience, Visit visit) const {
  const auto goes_on = [&](const Tile& tile, Index size) {
    return !ends(patience, size) && as_compared(tile, plan.target, visit);
  };
  return each_tile(some, from, &coding, {}, [&](const Tile& tile) {
    const Index row = tile.slices * plan.itemsize;
    if (tile.length * row <= bytes) return goes_on(tile, tile.length * row);
    const Index most = std::max<Index>(bytes / row, 1);
    for (Index begin = 0; begin < tile.length; begin += most) {
      const Tile piece = tile.part(0, tile.slices, begin, most);
      if (!goes_on(piece, piece.length * row)) return false;
    }
    return true;
  });
}

bool TopCandidates::ends(Patience& patience, Index bytes) const {
  if (!patience.ends(bytes)) return false;
  trouble.note(TopOutcome::Status::interrupted);
  return true;
}

void TopCandidates::choose(const Plan& some, const Stretch& from, Selection* selections,
                           Index* rows, Patience& patience) const {
  // `rows` takes whole slices, which are short.
  const Index bytes = refuses_nan && way.leaf ? searched_at_once : bytes_at_once;
  each_piece(some, from, bytes, patience, [&](const Tile& piece, Index slice) {
    if (trouble.stops()) return false;
    if (refuses_nan && leaves.count(piece, true) > 0) {
      trouble.note(TopOutcome::Status::nan);
      return false;
    }
    if (k == 0) return true;
    if (way.leaf)
      way.leaf(piece, selections + slice);
    else
      leaves.rows(piece, k, rows);
    return true;
  });
}

void TopCandidates::choose_parts(const Stretch& from, Index parts, Selection* selections) const {
  share(parts, [&](Index number) {
    const Plan part = part_of_elements(plan, number, parts);
    Patience patience;
    choose(part, from.within(plan, part), selections + number * from.count, nullptr, patience);
  });
}

Selection TopCandidates::join(const Selection* selections, Index parts, Index apart) const {
  Selection all = selections[0];
  for (Index part = 1; part < parts; ++part) {
    const Selection& more = selections[part * apart];
    std::memmove(all.candidates + all.count * ranking.candidate_size, more.candidates,
                 static_cast<std::size_t>(more.count * ranking.candidate_size));
    all.capacity += more.capacity;
    all.count += more.count;
  }
  return all;
}

Index TopCandidates::count(const Stretch& slice, bool nan_counts) const {
  Index count = 0;
  Patience patience;
  each_piece(plan, slice, bytes_at_once, patience, [&](const Tile& piece, Index) {
    count += leaves.count(piece, false);
    if (nan_counts) count += leaves.count(piece, true);
    return true;
  });
  return count;
}

Index TopCandidates::count(const Tile& tile, bool nan) const {
  Index count = 0;
  as_compared(tile, plan.target, [&](const Tile& piece, Index) {
    count += leaves.count(piece, nan);
    return true;
  });
  return count;
}

Index TopCandidates::first_with_nan() const {
  constexpr Index none = std::numeric_limits<Index>::max();
  Index first = none;
  each_row(plan, [&](const Stretch& row) {
    for (Index i = 0; i < row.count; ++i) {
      const Stretch one = row.part(plan, i, i + 1);
      const auto is_free = [&](const Tile& tile) { return count(tile, true) == 0; };
      if (one.offset < first && !each_tile(plan, one, &coding, {}, is_free)) first = one.offset;
    }
    return true;
  });
  return first == none ? 0 : first;
}

}  // namespace minloc
