// Reading the elements of some slices into a table, piece by piece: labels become slots, and
// elements are merged into the entries that these name.
#pragma once

#include <algorithm>
#include <utility>

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
        is_far_(shape.entries() * (leaves.key_size() + Index{sizeof(Index)}) > near_bytes),
        slots_(scratch.take<Slot>(scatter_elements)),
        numbers_(scratch.take<Slot>(scatter_elements)),
        scratch_(scratch) {}

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
  // A table of more bytes is prefetched: about what a second-level cache holds.
  static constexpr Index near_bytes = Index{1} << 21;
  // How many slots tell how often they change.
  static constexpr Index samples = 64;

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

  bool read(const SlotReader& slots, Index count) { return is_good(slots(0, count, slots_)); }
  bool is_good(bool labels) {
    if (!labels) met_bad_label_ = true;
    return labels;
  }
  SlotReader reader(const char* labels, Index left) const {
    return {instruction_set().kernels->read_slots, labels_, labels, plan_.slice.label_stride, left};
  }

  // Calls `visit(slot, begin, end) -> bool` for each run of equal slots but 0.
  template <class Visit>
  bool each_run(Index count, Visit visit) const {
    for (Index begin = 0, end; begin < count; begin = end) {
      end = end_of_run(slots_, begin, count);
      const Slot slot = slots_[begin];
      if (slot != 0 && !visit(static_cast<Index>(slot), begin, end)) return false;
    }
    return true;
  }

  // How many of the first slots are followed by another; more than `samples` if there are few.
  Index changes(Index count) const {
    if (count < samples) return samples + 1;
    Index changes = 0;
    for (Index i = 1; i < samples; ++i) changes += slots_[i - 1] != slots_[i];
    return changes;
  }

  // A label is one of a row of all slices of the tile.
  bool rows(const Tile& tile, const char* labels) {
    for (Index j = 0; j < tile.length; j += scatter_elements) {
      const Tile piece = tile.part(0, tile.slices, j, scatter_elements);
      const SlotReader slots = reader(labels + j * plan_.slice.label_stride, tile.length - j);
      if (!read(slots, piece.length)) return false;
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
    for (Index j = 0; j < tile.length; j += most)
      for (Index slice = 0; slice < tile.slices; ++slice) {
        Tile piece = tile.part(slice, 1, j, most);
        piece.fresh = false;
        if (patience_.ends(piece.length)) return false;
        const SlotReader slots =
            reader(labels + slice * plan_.slices.label_stride + j * plan_.slice.label_stride,
                   tile.length - j);
        const Panels panels = panels_at(table_->panels, slice * shape_.slice_step());
        if (!merge(piece, slots, panels.of)) return false;
      }
    return true;
  }

  // Merges a piece of one slice: run by run where equal slots follow one another for so long that
  // a leaf is worth a call, and does what `scatter` does slowly or not at all.
  bool merge(Tile& piece, SlotReader slots, const Panel* panels) {
    Index changes = 0;
    if constexpr (Leaves::has_kernels) {
      if (!read(slots, std::min(samples, piece.length))) return false;
      changes = this->changes(piece.length);
    }
    const bool has_runs = changes <= samples / 16, repeats = changes <= samples / 2;
    if (has_runs && (!Leaves::has_kernels || !in_order_ || piece.mask))
      return read(slots, piece.length) && merge_runs(piece, panels);
    slots.mask = std::exchange(piece.mask, {});
    return is_good(leaves_.scatter(piece, slots, {in_order_, repeats, has_runs, is_far_}, panels));
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
  const bool in_order_, is_far_;
  Slot *const slots_, *const numbers_;
  const Scratch scratch_;
  const Table* table_ = nullptr;
  Patience patience_;
  bool met_bad_label_ = false;
};

}  // namespace minloc
