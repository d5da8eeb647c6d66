// Reading the elements of some slices into a table, piece by piece: labels become slots, and
// elements are merged into the entries that these name.
#pragma once

#include <algorithm>

#include "grouped_table.hpp"
#include "isa.hpp"

namespace minloc {

template <class Leaves>
class GroupedFill {
 public:
  // `in_order`: tiles are visited in the order of the index.
  GroupedFill(const Plan& plan, const Labels& labels, const Leaves& leaves, const TableShape& shape,
              bool in_order, Scratch scratch)
      : plan_(plan),
        labels_(labels),
        leaves_(leaves),
        shape_(shape),
        in_order_(in_order),
        slots_(scratch.take<Slot>(scatter_elements + slots_ahead)),
        numbers_(scratch.take<Slot>(scatter_elements)),
        scratch_(scratch) {
    std::fill_n(slots_, scatter_elements + slots_ahead, Slot{0});
  }

  // Fills a table, which is cleared first. False if it gave up, or met a bad label.
  bool fill(const Stretch& stretch, const Table& table) {
    table_ = &table;
    leaves_.clear(table.panels, shape_.entries(), plan_.data);
    const char* labels = stretch.labels + stretch.first * plan_.slices.label_stride;
    return each_tile(
        plan_, stretch, leaves_.codings(), scratch_,
        [&](const Tile& tile) {
          return shape_.by_rows ? rows(tile, labels) : slices(tile, labels);
        },
        [&](const Loop& loop, Index steps) { labels += steps * loop.label_stride; });
  }

  bool met_bad_label() const { return met_bad_label_; }

 private:
  static constexpr Index samples = 32;

  // Where the entries of a slot, or of a slice, begin.
  struct Panels {
    Panel of[most_ends];
  };
  Panels panels_at(const Panel* from, Index entry) const {
    Panels panels{};
    for (int e = 0; e < leaves_.ends; ++e)
      panels.of[e] = {from[e].keys + entry * leaves_.key_size(), from[e].indices + entry};
    return panels;
  }

  bool read(const char* labels, Index count) {
    const auto read_slots = instruction_set().kernels->read_slots;
    met_bad_label_ = !read_slots(labels_, labels, plan_.slice.label_stride, count, slots_);
    return !met_bad_label_;
  }

  // Calls `visit(slot, begin, end) -> bool` for each run of equal slots but 0.
  template <class Visit>
  bool each_run(Index count, Visit visit) const {
    for (Index begin = 0, end; begin < count; begin = end) {
      const Slot slot = slots_[begin];
      for (end = begin + 1; end < count && slots_[end] == slot;) ++end;
      if (slot != 0 && !visit(static_cast<Index>(slot), begin, end)) return false;
    }
    return true;
  }

  // Whether equal slots follow one another for so long that a leaf is worth a call.
  bool has_runs(Index count) const { return changes(count) <= 2; }
  // Whether they do more often than not.
  bool repeats(Index count) const { return changes(count) <= samples / 2; }

  // How many of some slots are followed by another; all of them if there are few.
  Index changes(Index count) const {
    if (count < 2 * samples) return samples;
    Index changes = 0;
    for (Index i = 0; i < samples; ++i) {
      const Index place = i * (count - 2) / (samples - 1);
      changes += slots_[place] != slots_[place + 1];
    }
    return changes;
  }

  // A label is one of a row of all slices of the tile.
  bool rows(const Tile& tile, const char* labels) {
    for (Index j = 0; j < tile.length; j += scatter_elements) {
      const Tile piece = tile.part(0, tile.slices, j, scatter_elements);
      if (!read(labels + j * plan_.slice.label_stride, piece.length)) return false;
      const bool lists = leaves_.can_list(piece);
      if (lists) sort(piece.length);
      const bool done = each_run(piece.length, [&](Index slot, Index begin, Index end) {
        const Panels panels = panels_at(table_->panels, slot * shape_.slot_step());
        if (patience_.ends((end - begin) * piece.slices)) return false;
        if (!lists) return leaves_.run(piece.part(0, piece.slices, begin, end - begin), panels.of);
        leaves_.listed(piece, numbers_ + begin, end - begin, panels.of);
        return true;
      });
      if (!done) return false;
    }
    return true;
  }

  // Sorts the slots of rows; `numbers_` become those of the rows, which grow among equal slots.
  void sort(Index count) {
    std::uint64_t both[scatter_elements];
    for (Index i = 0; i < count; ++i)
      both[i] = (std::uint64_t{slots_[i]} << 32) | static_cast<std::uint64_t>(i);
    std::sort(both, both + count);
    for (Index i = 0; i < count; ++i) {
      slots_[i] = static_cast<Slot>(both[i] >> 32);
      numbers_[i] = static_cast<Slot>(both[i]);
    }
  }

  // Every slice has its own elements and labels; all slices of a piece are read before the next.
  bool slices(const Tile& tile, const char* labels) {
    const Index most = std::min(scatter_elements, scatter_bytes / leaves_.key_size());
    for (Index j = 0; j < tile.length; j += most) {
      const char* known = nullptr;
      for (Index slice = 0; slice < tile.slices; ++slice) {
        Tile piece = tile.part(slice, 1, j, most);
        piece.fresh = false;
        if (patience_.ends(piece.length)) return false;
        const char* const from =
            labels + slice * plan_.slices.label_stride + j * plan_.slice.label_stride;
        if (from != known && !read(from, piece.length)) return false;
        known = from;
        const bool runs = !Leaves::has_kernels || has_runs(piece.length);
        if (piece.mask && !runs) {
          leave_out(piece);
          piece.mask = {};
          known = nullptr;
        }
        const Panels panels = panels_at(table_->panels, slice * shape_.slice_step());
        if (runs ? !merge_runs(piece, panels.of) : !scatter(piece, panels.of)) return false;
      }
    }
    return true;
  }

  // Puts masked elements into no group.
  void leave_out(const Tile& piece) {
    for (Index i = 0; i < piece.length; ++i)
      if (!piece.mask.keeps(0, i)) slots_[i] = 0;
  }

  bool scatter(const Tile& piece, const Panel* panels) const {
    // A table with more bytes of keys is not in the first-level cache.
    constexpr Index near_bytes = 1 << 15;
    const bool is_near = (shape_.groups + 1) * leaves_.key_size() <= near_bytes;
    leaves_.scatter(piece, slots_, {in_order_, !is_near, repeats(piece.length)}, panels);
    return true;
  }

  bool merge_runs(const Tile& piece, const Panel* panels) const {
    return each_run(piece.length, [&](Index slot, Index begin, Index end) {
      return leaves_.run(piece.part(0, 1, begin, end - begin), panels_at(panels, slot).of);
    });
  }

  const Plan& plan_;
  const Labels& labels_;
  const Leaves& leaves_;
  const TableShape shape_;
  const bool in_order_;
  Slot *const slots_, *const numbers_;
  const Scratch scratch_;
  const Table* table_ = nullptr;
  Patience patience_;
  bool met_bad_label_ = false;
};

}  // namespace minloc
