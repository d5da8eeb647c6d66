#include "bundles.hpp"

#include <algorithm>
#include <cstring>

#include "leaf_calls.hpp"

namespace minloc {
namespace {

// A copy has at most so many bytes of elements. Rows that would share few sets of the cache are
// padded.
constexpr Index bundle_bytes = 16384, bad_pitch = 512, padding = 64;
static_assert(bundle_bytes + bundle_bytes / bad_pitch * padding <= panel_bytes);

// Tiles of more bytes are as fast where they are: of narrow rows, of others, and of slices that are
// rows and enough for a vector. So are longer slices, more slices that are rows, and more elements
// if each of them has to be copied by itself.
constexpr Index narrow = 16, small_of_narrow = 2048, small = 768, enough = 32, small_of_rows = 256;
constexpr Index longest = 128, most_rows = 24, most_single = 100, fewest_tiles = 4;

// A loop of a copy: bytes from one to the next where it is read, and where it is written.
struct CopyLoop {
  Index size, from, to;
};
using CopyLoops = CopyLoop[3];

template <class Copy>
void each_run(const CopyLoops& loops, const char* from, char* to, Copy copy) {
  const CopyLoop &outer = loops[0], &middle = loops[1], &inner = loops[2];
  for (Index i = 0; i < outer.size; ++i)
    for (Index j = 0; j < middle.size; ++j) {
      const char* p = from + i * outer.from + j * middle.from;
      char* q = to + i * outer.to + j * middle.to;
      for (Index k = 0; k < inner.size; ++k, p += inner.from, q += inner.to) copy(p, q);
    }
}

// Copies runs of at least `size` bytes and at most twice as many, as two that overlap.
template <std::size_t size>
void copy_halves(const CopyLoops& loops, const char* from, char* to, Index bytes) {
  const Index last = bytes - Index{size};
  each_run(loops, from, to, [=](const char* p, char* q) {
    char head[size], tail[size];
    std::memcpy(head, p, size), std::memcpy(tail, p + last, size);
    std::memcpy(q, head, size), std::memcpy(q + last, tail, size);
  });
}

void copy_runs(const CopyLoops& loops, const char* from, char* to, Index bytes) {
  if (bytes < 2) return copy_halves<1>(loops, from, to, bytes);
  if (bytes < 4) return copy_halves<2>(loops, from, to, bytes);
  if (bytes < 8) return copy_halves<4>(loops, from, to, bytes);
  if (bytes < 16) return copy_halves<8>(loops, from, to, bytes);
  if (bytes <= 32) return copy_halves<16>(loops, from, to, bytes);
  if (bytes <= 64) return copy_halves<32>(loops, from, to, bytes);
  each_run(loops, from, to,
           [=](const char* p, char* q) { std::memcpy(q, p, static_cast<std::size_t>(bytes)); });
}

// A loop of tiles, of their slices, or of elements: how many, and bytes from one to the next.
struct Along {
  Index size, stride;
};

// How a copy of some tiles lies: bytes from one tile, slice and element to the next.
struct Layout {
  bool across;  // slices lie side by side; else they are rows
  Index size;   // of an element, or of a byte of a mask
  Index tile, slice, element;

  Layout(bool across, Index size, Index tiles, Index slices, Index elements)
      : across(across), size(size) {
    Index row = size * (across ? tiles * slices : elements);
    if (across && row % bad_pitch == 0) row += padding;
    tile = across ? size * slices : row * slices;
    slice = across ? size : row;
    element = across ? row : size;
  }

  // Copies some of the tiles.
  void copy(const char* from, Along tiles, Along slices, Along elements, char* to) const {
    const CopyLoop over_tiles{tiles.size, tiles.stride, tile};
    const CopyLoop over_slices{slices.size, slices.stride, slice};
    const CopyLoop over_elements{elements.size, elements.stride, element};
    const CopyLoop& outer = across ? over_elements : over_slices;
    const CopyLoop& inner = across ? over_slices : over_elements;
    if (inner.from == size)
      copy_runs({{1, 0, 0}, over_tiles, outer}, from, to, inner.size * size);
    else
      copy_runs({over_tiles, outer, inner}, from, to, size);
  }
};

// How many tiles of a plan are best copied into one; 0: they are faster alone.
Index tiles_in_bundle(const Plan& plan) {
  if (plan.kept_count == 0 || plan.target) return 0;
  const Loop &slice = plan.slice, &slices = plan.slices;
  const bool across = plan.lies_across();
  const Loop& inner = across ? slices : slice;
  const Index elements = slices.size * slice.size, bytes = elements * plan.itemsize;
  const bool is_enough = !across && slices.size * plan.itemsize >= enough;
  const bool is_narrow = inner.size * plan.itemsize <= narrow;
  if (bytes > (is_enough ? small_of_rows : is_narrow ? small_of_narrow : small)) return 0;
  if (slice.size > longest || (!across && slices.size > most_rows)) return 0;
  if (inner.stride != plan.itemsize && elements > most_single) return 0;
  Index tiles = 1;
  const Index most = std::min(bundle_bytes / bytes, panel_width(plan.itemsize) / slices.size);
  for (int i = 0; i < plan.kept_count && tiles < most; ++i) tiles *= plan.kept()[i].size;
  return tiles < fewest_tiles ? 0 : std::min(tiles, most);
}

// How the copies of so many tiles are read.
Plan plan_of_copies(const Plan& plan, Index tiles) {
  Plan copies = plan;
  const bool across = plan.lies_across();
  const Index slices = tiles * plan.slices.size, size = plan.itemsize;
  copies.slices = {slices, across ? size : plan.slice.size * size, 1, 0, 0, 0};
  copies.slice.stride = across ? slices * size : size;
  copies.leaf = choose_leaf(copies.slice, copies.slices, size, plan.mask != nullptr, plan.swapped);
  return copies;
}

class Bundles {
 public:
  Bundles(const Plan& plan, Index key_size, std::span<const End> ends, Index tiles,
          Scratch& scratch)
      : plan_(plan),
        loop_(plan.kept()[plan.kept_count - 1]),
        ends_(ends),
        most_(tiles),
        leaf_(plan_of_copies(plan, tiles), key_size, ends) {
    for (std::size_t end = 0; end < ends.size(); ++end) panels_[end] = take_panel(scratch);
    elements_ = scratch.take<char>(panel_bytes);
    mask_ = scratch.take<char>(panel_bytes);
    scratch_ = scratch;
  }

  Outcome run() {
    const bool finished = each_row(plan_, plan_.kept_count - 1, [&](const Stretch& row) {
      for (Index begin = 0, tiles; begin < loop_.size; begin += tiles) {
        tiles = std::min(most_ - tiles_, loop_.size - begin);
        Series& series = series_[count_++];
        series = {row, tiles};
        series.first.data += begin * loop_.stride;
        if (row.mask) series.first.mask += begin * loop_.mask_stride;
        series.first.offset += begin * loop_.step;
        tiles_ += tiles;
        if ((tiles_ == most_ || count_ == most_series) && !reduce()) return false;
      }
      return true;
    });
    return {finished && (tiles_ == 0 || reduce()), misses_};
  }

 private:
  // Tiles of the innermost kept loop.
  struct Series {
    Stretch first;  // the slices of the first tile
    Index tiles;
  };
  static constexpr int most_series = 64;

  // Reduces the bundle, and begins another.
  bool reduce() {
    // The answers of each series are one row, or those of each tile are. Of one series they may be
    // written in place.
    const Loop& slices = plan_.slices;
    const bool one_row = loop_.step == slices.size * slices.step;
    const bool in_place = one_row && count_ == 1 && slices.step == sizeof(Index);
    Panel panels[most_ends];
    for (std::size_t end = 0; end < ends_.size(); ++end) {
      panels[end] = panels_[end];
      if (in_place)
        panels[end].indices = reinterpret_cast<Index*>(ends_[end].out + series_[0].first.offset);
    }
    bool fresh = true;
    if (!each_tile(plan_, series_[0].first, leaf_.codings(), scratch_, [&](const Tile& tile) {
          Tile copy = copied(tile);
          copy.fresh = fresh;
          fresh = false;
          return !patience_.ends(copy.slices * copy.length) && leaf_(copy, panels);
        }))
      return false;
    if (!in_place || plan_.may_miss || plan_.counts_back())
      for (std::size_t end = 0; end < ends_.size(); ++end)
        write_all(panels[end].indices, ends_[end].out, one_row);
    tiles_ = 0;
    count_ = 0;
    return true;
  }

  void write_all(const Index* indices, char* out, bool one_row) {
    const Loop& slices = plan_.slices;
    for (int i = 0; i < count_; ++i) {
      const Index rows = one_row ? 1 : series_[i].tiles;
      const Index count = series_[i].tiles / rows * slices.size;
      for (Index row = 0; row < rows; ++row, indices += count)
        misses_ |= write(plan_, indices, count, out + series_[i].first.offset + row * loop_.step,
                         slices.step);
    }
  }

  // A copy of all tiles of the bundle, of which `first` is the first.
  Tile copied(const Tile& first) const {
    Tile copy = first;
    copy.slices = tiles_ * first.slices;
    copy.far = false;
    const Layout layout(plan_.lies_across(), plan_.itemsize, tiles_, first.slices, first.length);
    copy.slice_stride = layout.slice;
    copy.stride = layout.element;
    char* to = elements_;
    for (int i = 0; i < count_; ++i, to += series_[i - 1].tiles * layout.tile)
      layout.copy(first.data + (series_[i].first.data - series_[0].first.data),
                  {series_[i].tiles, loop_.stride}, {first.slices, first.slice_stride},
                  {first.length, first.stride}, to);
    copy.data = elements_;
    if (first.mask) copy.mask = copied_mask(first);
    return copy;
  }
  MaskView copied_mask(const Tile& first) const {
    const MaskView& mask = first.mask;
    const Layout layout(plan_.lies_across(), 1, tiles_, first.slices, first.length);
    char* to = mask_;
    for (int i = 0; i < count_; ++i, to += series_[i - 1].tiles * layout.tile)
      layout.copy(mask.bytes + (series_[i].first.mask - series_[0].first.mask),
                  {series_[i].tiles, loop_.mask_stride}, {first.slices, mask.slice_stride},
                  {first.length, mask.stride}, to);
    return {mask_, layout.slice, layout.element, mask.masked_value};
  }

  const Plan& plan_;
  const Loop& loop_;  // the innermost kept one
  const std::span<const End> ends_;
  const Index most_;  // tiles in a bundle
  const LeafCalls leaf_;
  Panel panels_[most_ends];
  char *elements_, *mask_;  // of a copy
  Scratch scratch_;
  Patience patience_;
  Series series_[most_series];  // the bundle: so many series, and so many tiles
  int count_ = 0;
  Index tiles_ = 0;
  bool misses_ = false;
};

}  // namespace

std::optional<Outcome> run_in_bundles(const Plan& plan, Index key_size, std::span<const End> ends,
                                      Scratch scratch) {
  const Index tiles = tiles_in_bundle(plan);
  if (tiles == 0) return std::nullopt;
  return Bundles(plan, key_size, ends, tiles, scratch).run();
}

}  // namespace minloc
