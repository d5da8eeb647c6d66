// Slices are cut into tiles that read memory in order, whatever the order of the index is: every
// candidate carries its index, and a selection is the same whatever the order it is made in.
//
// A *batch* is some slices side by side that are chosen from together. Batches are shared out over
// the threads; where there are fewer batches than threads, each is cut into parts along a reduced
// axis, whose selections become one.
#include "top_k.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>

#include "pool.hpp"

namespace minloc {
namespace {

// From how many bytes on help is worth the time to call it, and the least that a part should have.
constexpr Index worth_sharing = 4 << 20, worth_a_part = 1 << 19;
constexpr Index tasks_for_thread = 4;
// From so many bytes on an array is taken to be in no cache.
constexpr Index far_from = 16 << 20;
// The selections of a batch of columns take no more than this, and their rows no less than a line.
constexpr Index columns_state = 1 << 18, columns_lanes = 256, line = 64;
// From so many bytes on selections are too large for several of them to be made at once.
constexpr Index large_selection = 1 << 20;
// So many slices are a batch of rows.
constexpr Index rows_lanes = 256;
// What is searched for NaN and then chosen from is read twice; it stays in a cache.
constexpr Index searched_at_once = 1 << 17;
// Lanes of fewer elements are not worth a call each, if another reduced axis has more.
constexpr Index short_lane = 16;
// A selection has room for at least so many candidates.
constexpr Index least_buffer = 16;

struct Reduced {
  Index size, stride, mask_stride, step;
};

// A kept axis, or some that are one.
struct Kept {
  Index size, stride, mask_stride, value_stride, index_stride;
  Index slices;  // how many slices lie between one position and the next, in C order
};

struct Place {  // where a slice begins and where its answer does
  const char *data, *mask;
  char *values, *indices;
  Index slice;

  void move(const Kept& kept, Index by) {
    data += by * kept.stride;
    if (mask) mask += by * kept.mask_stride;
    values += by * kept.value_stride;
    indices += by * kept.index_stride;
    slice += by * kept.slices;
  }
};

// The first of the things in part `part` of `parts`, where the parts are of nearly one size.
Index border(Index things, Index parts, Index part) {
  return things / parts * part + std::min(things % parts, part);
}

Index magnitude(Index x) { return x < 0 ? -x : x; }

template <class Dim>
void sort_by_stride(Dim* dims, int count) {
  std::stable_sort(dims, dims + count, [](const Dim& x, const Dim& y) {
    return magnitude(x.stride) > magnitude(y.stride);
  });
}

// Joins neighbours that are one axis.
template <class Dim, class Are>
int join(Dim* dims, int count, Are are_one) {
  int joined = 0;
  for (int i = 0; i < count; ++i) {
    const Dim inner = dims[i];
    if (joined > 0 && are_one(dims[joined - 1], inner)) {
      const Index size = dims[joined - 1].size * inner.size;
      dims[joined - 1] = inner;
      dims[joined - 1].size = size;
    } else {
      dims[joined++] = inner;
    }
  }
  return joined;
}

// The axes of a slice, outermost first, the way that they are read or the way that they make up the
// index.
struct Slice {
  int count = 0;
  Reduced dims[max_ndim];

  Index length() const {
    Index length = 1;
    for (int i = 0; i < count; ++i) length *= dims[i].size;
    return length;
  }
  void join() {
    count = minloc::join(dims, count, [](const Reduced& outer, const Reduced& inner) {
      return outer.stride == inner.size * inner.stride &&
             outer.mask_stride == inner.size * inner.mask_stride &&
             outer.step == inner.size * inner.step;
    });
    if (count == 0) dims[count++] = {1, 0, 0, 1};
  }
  // Bytes from the first element of a slice to one by its index.
  Index offset(Index index) const {
    Index offset = 0;
    for (int i = count - 1; i > 0; --i) {
      offset += index % dims[i].size * dims[i].stride;
      index /= dims[i].size;
    }
    return offset + index * dims[0].stride;
  }
};

enum class Way { along, columns, rows };

// Where the worst that happened on any thread is noted.
class Trouble {
 public:
  void note(TopOutcome::Status status, Index slice = 0, Index candidates = 0) {
    const std::lock_guard lock(mutex_);
    if (status < outcome_.status) return;
    if (status == outcome_.status && slice >= outcome_.slice) return;
    outcome_ = {status, slice, candidates};
    if (status > TopOutcome::Status::too_few) stop_.store(true, std::memory_order_relaxed);
  }
  bool stops() const { return stop_.load(std::memory_order_relaxed); }
  TopOutcome outcome() const { return outcome_; }

 private:
  std::mutex mutex_;
  std::atomic<bool> stop_{false};
  TopOutcome outcome_{TopOutcome::Status::done, 0, 0};
};

struct FreeMemory {
  void operator()(char* p) const { std::free(p); }
};
using Memory = std::unique_ptr<char, FreeMemory>;

struct TopK {
  const Array& array;
  const Index k;
  const NanRank nan;
  const TopLeaves& leaves;
  const Ranking& ranking;
  Trouble trouble{};

  bool masked_value = false;
  Slice read{}, indexed{};
  int kept_count = 0;
  Kept kept[max_ndim]{};  // outermost first; the last one is that of a batch
  Place origin{};
  Index length = 1, slices = 1;
  Way way = Way::along;
  Index capacity = 0, width = 1, batches_in_row = 1, batches = 1;

  // -- what is read in which order ----------------------------------------------------------------

  void lay_out(const Mask& mask, const Axes& axes, const TopAnswer& answer) {
    masked_value = mask.masked_value;
    origin = {array.data, mask.data, answer.values, answer.indices, 0};
    const auto mask_stride = [&](int axis) { return mask.data ? mask.strides[axis] : 0; };
    for (int i = axes.count - 1; i >= 0; --i) {
      const int axis = axes.list[i];
      const Reduced dim{array.shape[axis], array.strides[axis], mask_stride(axis), length};
      length *= dim.size;
      if (dim.size != 1) indexed.dims[indexed.count++] = dim;
    }
    std::reverse(indexed.dims, indexed.dims + indexed.count);
    read = indexed;
    indexed.join();
    sort_by_stride(read.dims, read.count);
    read.join();
    if (read.count > 1) {
      Reduced &lane = read.dims[read.count - 1], &outer = read.dims[read.count - 2];
      if (lane.size < short_lane && outer.size > lane.size) std::swap(lane, outer);
    }

    int number = array.ndim - axes.count;
    for (int axis = array.ndim - 1; axis >= 0; --axis) {
      if (axes.contains(axis)) continue;
      --number;
      const Kept dim{array.shape[axis],
                     array.strides[axis],
                     mask_stride(axis),
                     answer.value_strides[number],
                     answer.index_strides[number],
                     slices};
      slices *= dim.size;
      if (dim.size != 1) kept[kept_count++] = dim;
    }
    std::reverse(kept, kept + kept_count);
    if (slices == 0) return;
    for (int i = 0; i < kept_count; ++i) turn_up(kept[i]);
    sort_by_stride(kept, kept_count);
    kept_count = join(kept, kept_count, [](const Kept& outer, const Kept& inner) {
      return outer.stride == inner.size * inner.stride &&
             outer.mask_stride == inner.size * inner.mask_stride &&
             outer.value_stride == inner.size * inner.value_stride &&
             outer.index_stride == inner.size * inner.index_stride &&
             outer.slices == inner.size * inner.slices;
    });
    if (kept_count == 0) kept[kept_count++] = {1, array.itemsize, 1, 0, 0, 1};
  }

  // Lets a kept axis begin at its lowest address.
  void turn_up(Kept& dim) {
    if (dim.stride >= 0) return;
    origin.move(dim, dim.size - 1);
    dim = {dim.size,          -dim.stride,       -dim.mask_stride,
           -dim.value_stride, -dim.index_stride, -dim.slices};
  }

  const Kept& lanes() const { return kept[kept_count - 1]; }
  const Reduced& lane() const { return read.dims[read.count - 1]; }

  void choose_way() {
    const Index size = array.itemsize, threads = num_threads();
    // A vector of lanes of any instruction set.
    const bool many = lanes().size * size >= line;
    if (many && !origin.mask && !array.swapped && read.count == 1 && length <= top_rows_length &&
        k <= top_rows_k)
      way = Way::rows;
    const Index buffer = std::max<Index>(k <= length / 4 ? 4 * k : length, least_buffer);
    capacity = std::min(buffer, length);
    if (way == Way::along && many && lanes().stride < magnitude(lane().stride) &&
        capacity * ranking.candidate_size < large_selection)
      way = Way::columns;
    if (way == Way::rows) {
      width = rows_lanes;
    } else if (way == Way::columns) {
      const Index fits = columns_state / (capacity * ranking.candidate_size);
      const Index shared = (lanes().size + threads - 1) / threads;
      width = std::max(std::min({fits, shared, columns_lanes}), line / size);
    }
    batches_in_row = (lanes().size + width - 1) / width;
    batches = batches_in_row * (slices / lanes().size);
  }

  // -- one batch ----------------------------------------------------------------------------------

  struct Batch {
    Place place;
    Index lanes;
  };

  Batch batch(Index number) const {
    Place place = origin;
    Index outer = number / batches_in_row;
    for (int i = kept_count - 2; i >= 0; --i) {
      place.move(kept[i], outer % kept[i].size);
      outer /= kept[i].size;
    }
    const Index in_row = number % batches_in_row;
    const Index first = border(lanes().size, batches_in_row, in_row);
    place.move(lanes(), first);
    return {place, border(lanes().size, batches_in_row, in_row + 1) - first};
  }

  // Calls `visit(tile)` for every tile of a part of a slice, or of slices side by side; false if it
  // said no.
  template <class Visit>
  bool each_tile(const Slice& part, Index first_index, const Batch& from, Visit visit) const {
    const Reduced& innermost = part.dims[part.count - 1];
    Tile tile{.data = from.place.data,
              .lanes = from.lanes,
              .lane_stride = lanes().stride,
              .length = innermost.size,
              .stride = innermost.stride,
              .index = first_index,
              .step = innermost.step,
              .mask = from.place.mask,
              .mask_lane_stride = lanes().mask_stride,
              .mask_stride = innermost.mask_stride,
              .masked_value = masked_value,
              .swapped = array.swapped,
              .fresh = false,
              .far = slices * length * array.itemsize >= far_from};
    Index at[max_ndim] = {};
    int i;
    do {
      if (!visit(tile)) return false;
      for (i = part.count - 2; i >= 0; --i) {
        const Reduced& dim = part.dims[i];
        const Index by = ++at[i] < dim.size ? 1 : 1 - dim.size;
        tile.data += by * dim.stride;
        if (tile.mask) tile.mask += by * dim.mask_stride;
        tile.index += by * dim.step;
        if (by == 1) break;
        at[i] = 0;
      }
    } while (i >= 0);
    return true;
  }

  // A tile in pieces, a little of each lane at a time.
  template <class Visit>
  bool each_piece(const Tile& tile, Visit visit) const {
    const Index piece = std::max<Index>(searched_at_once / (tile.lanes * array.itemsize), 1);
    for (Index begin = 0; begin < tile.length; begin += piece) {
      Tile part = tile;
      part.length = std::min(piece, tile.length - begin);
      part.data += begin * tile.stride;
      if (part.mask) part.mask += begin * tile.mask_stride;
      part.index += begin * tile.step;
      if (!visit(part)) return false;
    }
    return true;
  }

  bool refuses_nan() const { return nan == NanRank::refuse && leaves.nans; }

  bool is_free_of_nan(const Tile& tile) {
    if (leaves.count(tile, true) == 0) return true;
    trouble.note(TopOutcome::Status::nan);
    return false;
  }

  // False if there is no point in going on.
  bool choose(const Slice& part, Index first_index, const Batch& from, Selection* selections) {
    const bool plain = !array.swapped;
    const bool adjacent = plain && magnitude(lane().stride) == array.itemsize;
    const bool side_by_side = plain && lanes().stride == array.itemsize;
    const Choose leaf = way == Way::columns ? side_by_side ? leaves.columns : leaves.columns_strided
                        : adjacent          ? leaves.along
                                            : leaves.along_strided;
    return each_tile(part, first_index, from, [&](const Tile& tile) {
      if (trouble.stops()) return false;
      if (!refuses_nan()) {
        leaf(tile, selections);
        return true;
      }
      return each_piece(tile, [&](const Tile& piece) {
        if (!is_free_of_nan(piece)) return false;
        leaf(piece, selections);
        return true;
      });
    });
  }

  void begin(Selection* selections, Index count, char* memory, Index wanted, Index room) const {
    for (Index i = 0; i < count; ++i)
      selections[i] = {memory + i * room * ranking.candidate_size, wanted, room, 0, false};
  }

  // -- answers ------------------------------------------------------------------------------------

  template <Index size>
  void write_as(const Place& place, const Index* indices, Index first, Index count,
                const TopAnswer& answer) const {
    char* value = place.values + first * answer.value_step;
    char* index = place.indices + first * answer.index_step;
    const Index* const end = indices + count;
    for (; indices < end; ++indices, value += answer.value_step, index += answer.index_step) {
      __builtin_memcpy(value, place.data + indexed.offset(*indices),
                       static_cast<std::size_t>(size ? size : array.itemsize));
      __builtin_memcpy(index, indices, sizeof *indices);
    }
  }

  // Writes the answers of ranks [first, first + count) of a slice.
  void write(const Place& place, const Index* indices, Index first, Index count,
             const TopAnswer& answer) const {
    switch (array.itemsize) {
      case 1: return write_as<1>(place, indices, first, count, answer);
      case 2: return write_as<2>(place, indices, first, count, answer);
      case 4: return write_as<4>(place, indices, first, count, answer);
      case 8: return write_as<8>(place, indices, first, count, answer);
      default: return write_as<0>(place, indices, first, count, answer);
    }
  }

  // Writes a slice whose numbers are known, `found` of them; `memory` has room for a selection.
  void finish(const Place& place, const Index* indices, Index found, char* memory,
              const TopAnswer& answer) {
    write(place, indices, 0, found, answer);
    if (found == k) return;
    if (nan == NanRank::last && leaves.nans) {
      Selection selection;
      begin(&selection, 1, memory, k - found, capacity);
      each_tile(read, 0, {place, 1}, [&](const Tile& tile) {
        leaves.nans(tile, &selection);
        return true;
      });
      const Index* const nans = ranking.sorted_indices(selection);
      write(place, nans, found, selection.count, answer);
      found += selection.count;
    }
    if (found < k) trouble.note(TopOutcome::Status::too_few, place.slice, found);
  }

  // -- all batches --------------------------------------------------------------------------------

  // Null, and noted, where there is no memory.
  Memory allocate(Index count, Index size) {
    std::size_t bytes;
    Memory memory(__builtin_mul_overflow(static_cast<std::size_t>(count),
                                         static_cast<std::size_t>(size), &bytes)
                      ? nullptr
                      : static_cast<char*>(std::malloc(bytes)));
    if (!memory) trouble.note(TopOutcome::Status::no_memory);
    return memory;
  }

  void choose_batches(Index first, Index end, const TopAnswer& answer) {
    const Index selection_size = capacity * ranking.candidate_size;
    const Memory memory = allocate(width + 1, selection_size);
    const Memory of_selections = allocate(width, sizeof(Selection));
    if (!memory || !of_selections) return;
    auto* const selections = reinterpret_cast<Selection*>(of_selections.get());
    char* const spare = memory.get() + width * selection_size;
    for (Index number = first; number < end; ++number) {
      Batch now = batch(number);
      begin(selections, now.lanes, memory.get(), k, capacity);
      if (!choose(read, 0, now, selections)) return;
      for (Index lane = 0; lane < now.lanes; ++lane, now.place.move(lanes(), 1)) {
        const Index* const indices = ranking.sorted_indices(selections[lane]);
        finish(now.place, indices, selections[lane].count, spare, answer);
      }
    }
  }

  void choose_rows(Index first, Index end, const TopAnswer& answer) {
    const Memory spare = allocate(capacity, ranking.candidate_size);
    if (!spare) return;
    Index indices[rows_lanes * top_rows_k];
    for (Index number = first; number < end; ++number) {
      Batch now = batch(number);
      if (trouble.stops() || !each_tile(read, 0, now, [&](const Tile& tile) {
            if (refuses_nan() && !is_free_of_nan(tile)) return false;
            leaves.rows(tile, k, indices);
            return true;
          }))
        return;
      for (Index lane = 0; lane < now.lanes; ++lane, now.place.move(lanes(), 1)) {
        const Index* const chosen = indices + lane * k;
        Index found = k;
        while (found > 0 && chosen[found - 1] == no_candidate) --found;
        finish(now.place, chosen, found, spare.get(), answer);
      }
    }
  }

  // The batches one after the other, each cut into parts along the outermost axis of its slices.
  void choose_parts(Index parts, const TopAnswer& answer) {
    const Index size = read.dims[0].size;
    const Index each = width * capacity;  // candidates
    const Memory memory = allocate(parts + 1, each * ranking.candidate_size);
    const Memory of_selections = allocate(parts * width, sizeof(Selection));
    if (!memory || !of_selections) return;
    auto* const selections = reinterpret_cast<Selection*>(of_selections.get());
    const Index candidate = ranking.candidate_size;
    for (Index number = 0; number < batches && !trouble.stops(); ++number) {
      Batch now = batch(number);
      // The parts of a lane lie one after the other.
      for (Index part = 0; part < parts; ++part)
        for (Index lane = 0; lane < now.lanes; ++lane)
          begin(selections + part * now.lanes + lane, 1,
                memory.get() + (lane * parts + part) * capacity * candidate, k, capacity);
      share(parts, [&](Index part) {
        const Index first = border(size, parts, part);
        Slice some = read;
        Reduced& outermost = some.dims[0];
        outermost.size = border(size, parts, part + 1) - first;
        Batch from = now;
        from.place.data += first * outermost.stride;
        if (from.place.mask) from.place.mask += first * outermost.mask_stride;
        choose(some, first * outermost.step, from, selections + part * now.lanes);
      });
      if (trouble.stops()) return;
      for (Index lane = 0; lane < now.lanes; ++lane, now.place.move(lanes(), 1)) {
        Selection all = selections[lane];
        all.capacity = parts * capacity;
        for (Index part = 1; part < parts; ++part) {
          const Selection& more = selections[part * now.lanes + lane];
          std::memmove(all.candidates + all.count * candidate, more.candidates,
                       static_cast<std::size_t>(more.count * candidate));
          all.count += more.count;
        }
        const Index* const indices = ranking.sorted_indices(all);
        finish(now.place, indices, all.count, memory.get() + parts * each * candidate, answer);
      }
    }
  }

  void choose_all(const TopAnswer& answer) {
    const auto some = [&](Index first, Index end) {
      way == Way::rows ? choose_rows(first, end, answer) : choose_batches(first, end, answer);
    };
    const Index threads = num_threads(), bytes = slices * length * array.itemsize;
    if (threads == 1 || bytes < worth_sharing) return some(0, batches);
    const Index wanted = std::min(threads * tasks_for_thread, bytes / worth_a_part);
    if (batches < threads && way != Way::rows) {
      // A part has enough elements for its selection to be small beside it.
      const Index parts = std::min({wanted, read.dims[0].size, length / (2 * capacity)});
      if (parts > 1) return choose_parts(parts, answer);
    }
    const Index tasks = std::min(wanted, batches);
    share(tasks, [&](Index task) {
      some(border(batches, tasks, task), border(batches, tasks, task + 1));
    });
  }

  // -- no batches ---------------------------------------------------------------------------------

  void search_all_for_nan() {
    for (Index number = 0; number < batches; ++number)
      if (!each_tile(read, 0, batch(number),
                     [&](const Tile& tile) { return is_free_of_nan(tile); }))
        return;
  }

  // How many candidates the first slice has.
  Index count_candidates(Place first) const {
    for (int i = 0; i < kept_count; ++i)
      if (kept[i].slices < 0) first.move(kept[i], kept[i].size - 1);
    Index count = 0;
    if (length > 0)
      each_tile(read, 0, {first, 1}, [&](const Tile& tile) {
        count += leaves.count(tile, false);
        if (nan == NanRank::last) count += leaves.count(tile, true);
        return true;
      });
    return count;
  }
};

}  // namespace

TopOutcome top_k(const Array& array, const Mask& mask, const Axes& axes, Index k, Extreme extreme,
                 NanRank nan, const Kernels& kernels, DType dtype, const TopAnswer& answer) {
  TopK top{array, k, nan, kernels.top_of(dtype, extreme), ranking_of(dtype)};
  top.lay_out(mask, axes, answer);
  if (top.slices == 0) return top.trouble.outcome();
  if (k > top.length) return {TopOutcome::Status::too_few, 0, top.count_candidates(top.origin)};
  if (top.length == 0) return top.trouble.outcome();
  top.choose_way();
  if (k == 0) {
    if (top.refuses_nan()) top.search_all_for_nan();
  } else {
    top.choose_all(answer);
  }
  return top.trouble.outcome();
}

}  // namespace minloc
