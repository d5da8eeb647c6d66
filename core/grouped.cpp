#include "grouped.hpp"

#include <algorithm>
#include <atomic>
#include <new>
#include <utility>
#include <vector>

#include "grouped_leaves.hpp"
#include "pool.hpp"
#include "slots.hpp"

namespace minloc {
namespace {

// So many bytes of a table stay in the second-level cache while elements are read.
constexpr Index cached_bytes = 1 << 20;
// A table of neighbouring slices may be larger, if only so can whole cache lines be read.
constexpr Index table_bytes = 64 << 20, line_bytes = 64;
// So many slices are enough to be searched row by row.
constexpr Index enough_slices = 8;

// The answers for all groups of some slices, for each end.
class Table {
 public:
  Table() = default;
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;
  Table(Table&& other) noexcept : memory_(std::exchange(other.memory_, nullptr)) {
    std::copy_n(other.panels, most_ends, panels);
  }
  ~Table() { ::operator delete(memory_, alignment); }

  // False if there is no memory.
  bool make(Index entries, Index key_size, int ends) {
    const Index keys = (entries * key_size + 63) / 64 * 64;
    const Index bytes = keys + entries * Index{sizeof(Index)};
    const auto padded = static_cast<std::size_t>((bytes + 63) / 64 * 64);
    memory_ = static_cast<char*>(
        ::operator new(padded* static_cast<std::size_t>(ends), alignment, std::nothrow));
    for (int end = 0; memory_ && end < ends; ++end) {
      char* const at = memory_ + static_cast<std::size_t>(end) * padded;
      panels[end] = {at, reinterpret_cast<Index*>(at + keys)};
    }
    return memory_ != nullptr;
  }

  Panel panels[most_ends] = {};

 private:
  static constexpr std::align_val_t alignment{64};
  char* memory_ = nullptr;
};

template <class Leaves>
class Grouped {
 public:
  Grouped(const Plan& plan, const Labels& labels, Index group_stride, const Leaves& leaves,
          char* const* outs)
      : plan_(plan),
        labels_(labels),
        group_stride_(group_stride),
        leaves_(leaves),
        outs_(outs),
        by_rows_(Leaves::has_kernels && plan.lies_across() && plan.slices.label_stride == 0 &&
                 plan.slices.size >= enough_slices),
        width_(choose_width()) {
    in_order_ = true;
    Index inner = plan.slice.step;
    for (int i = plan.reduced_count - 1; i >= 0; --i) {
      const Loop& loop = plan.reduced()[i];
      in_order_ = in_order_ && (plan.slice.size == 1 || loop.step > inner);
      inner = loop.step;
    }
  }

  GroupedOutcome start() {
    const Index threads = num_threads();
    const Index bytes = plan_.bytes(leaves_.key_size());
    if (!Leaves::has_kernels || threads == 1 || bytes < worth_sharing) return serially(plan_);
    const Index slices_for_thread = plan_.lies_across() ? line_bytes : 1;
    if (plan_.kept_count > 0 && plan_.kept()->size >= threads) return side_by_side(true, threads);
    if (plan_.slices.size >= threads * slices_for_thread) return side_by_side(false, threads);
    // Tables are cleared and merged, which takes as long as to read so many elements.
    const Index worth = plan_.length() / (4 * (labels_.groups + 1));
    const Index parts = std::min(
        {plan_.outermost_reduced().size, bytes / worth_a_part, threads, std::max<Index>(worth, 1)});
    return parts > 1 ? and_merge(parts) : serially(plan_);
  }

 private:
  Index entries() const { return width_ * (labels_.groups + 1); }
  Index group_step() const { return by_rows_ ? width_ : 1; }
  Index slice_step() const { return by_rows_ ? 1 : labels_.groups + 1; }

  // How many slices a table is for.
  Index choose_width() const {
    if (!Leaves::has_kernels || !plan_.lies_across()) return 1;
    const Index of_slice =
        (labels_.groups + 1) * (leaves_.key_size() + Index{sizeof(Index)}) * leaves_.ends;
    const Index in_line = std::max<Index>(line_bytes / leaves_.key_size(), 1);
    const Index most = by_rows_ ? panel_width(leaves_.key_size()) : line_bytes;
    Index width = std::min(cached_bytes / of_slice, most);
    if (width < in_line) width = std::clamp<Index>(table_bytes / of_slice, 1, in_line);
    width = std::min(width, plan_.slices.size);
    return by_rows_ ? (width + in_line - 1) / in_line * in_line : width;
  }

  Panel at(const Panel& panel, Index entry) const {
    return {panel.keys + entry * leaves_.key_size(), panel.indices + entry};
  }

  // Calls `visit(stretch) -> bool` for the slices of every table of a plan.
  template <class Visit>
  bool each_table(const Plan& plan, Visit visit) const {
    return each_row(plan, [&](const Stretch& row) {
      for (Index first = 0; first < row.count; first += width_)
        if (!visit(row.part(plan, first, std::min(first + width_, row.count)))) return false;
      return true;
    });
  }

  // Reads all elements of some slices into a table. False if it gave up, or met a bad label.
  bool fill(const Plan& plan, const Stretch& stretch, const Table& table, Scratch scratch,
            Patience& patience) {
    leaves_.clear(table.panels, entries(), plan.data);
    auto* const slots = scratch.take<Slot>(scatter_elements);
    const char* labels = stretch.labels + stretch.first * plan.slices.label_stride;
    return each_tile(
        plan, stretch, leaves_.codings(), scratch,
        [&](const Tile& tile) {
          if (patience.ends(tile.slices * tile.length)) return false;
          return by_rows_ ? rows(plan, tile, labels, table, slots, patience)
                          : slices(plan, tile, labels, table, slots, patience);
        },
        [&](const Loop& loop, Index steps) { labels += steps * loop.label_stride; });
  }

  // Calls `visit(slot, begin, end) -> bool` for runs of equal slots.
  template <class Visit>
  static bool each_run(const Slot* slots, Index count, Visit visit) {
    for (Index begin = 0, end; begin < count; begin = end) {
      const Slot slot = slots[begin];
      for (end = begin + 1; end < count && slots[end] == slot;) ++end;
      if (slot != 0 && !visit(static_cast<Index>(slot), begin, end)) return false;
    }
    return true;
  }

  bool read(const char* labels, Index stride, Index count, Slot* slots) {
    if (read_slots(labels_, labels, stride, count, slots)) return true;
    bad_labels_ = true;
    return false;
  }

  // A label is one of a row of all slices of the tile.
  bool rows(const Plan& plan, const Tile& tile, const char* labels, const Table& table, Slot* slots,
            Patience& patience) {
    const Index stride = plan.slice.label_stride;
    for (Index j = 0; j < tile.length; j += scatter_elements) {
      const Index count = std::min(scatter_elements, tile.length - j);
      if (!read(labels + j * stride, stride, count, slots)) return false;
      const bool done = each_run(slots, count, [&](Index slot, Index begin, Index end) {
        const Tile run = tile.part(0, tile.slices, j + begin, end - begin);
        Panel panels[most_ends];
        for (int e = 0; e < leaves_.ends; ++e) panels[e] = at(table.panels[e], slot * group_step());
        return !patience.ends(run.slices * run.length) && leaves_.run(run, panels);
      });
      if (!done) return false;
    }
    return true;
  }

  // Every slice has its own elements and labels; all slices of a piece are read before the next.
  bool slices(const Plan& plan, const Tile& tile, const char* labels, const Table& table,
              Slot* slots, Patience& patience) {
    const Index most = std::min(scatter_elements, scatter_bytes / leaves_.key_size());
    const Index stride = plan.slice.label_stride;
    for (Index j = 0; j < tile.length; j += most) {
      const char* known = nullptr;
      for (Index slice = 0; slice < tile.slices; ++slice) {
        Tile piece = tile.part(slice, 1, j, most);
        piece.fresh = false;
        if (patience.ends(piece.length)) return false;
        const char* const from = labels + slice * plan.slices.label_stride + j * stride;
        if (from != known && !read(from, stride, piece.length, slots)) return false;
        known = from;
        if (piece.mask && (!Leaves::has_kernels || !has_runs(slots, piece.length))) {
          for (Index i = 0; i < piece.length; ++i)
            if (!piece.mask.keeps(0, i)) slots[i] = 0;
          piece.mask = {};
          known = nullptr;
        }
        Panel panels[most_ends];
        for (int e = 0; e < leaves_.ends; ++e)
          panels[e] = at(table.panels[e], slice * slice_step());
        if (!merge_piece(piece, slots, panels)) return false;
      }
    }
    return true;
  }

  bool merge_piece(const Tile& piece, const Slot* slots, const Panel* panels) const {
    if (Leaves::has_kernels && !has_runs(slots, piece.length)) {
      leaves_.scatter(piece, slots, in_order_, panels);
      return true;
    }
    return each_run(slots, piece.length, [&](Index slot, Index begin, Index end) {
      const Tile run = piece.part(0, 1, begin, end - begin);
      Panel of_slot[most_ends];
      for (int e = 0; e < leaves_.ends; ++e) of_slot[e] = at(panels[e], slot);
      return leaves_.run(run, of_slot);
    });
  }

  // Whether equal slots follow one another for so long that a leaf is worth a call.
  static bool has_runs(const Slot* slots, Index count) {
    constexpr Index samples = 32, few = 2;
    if (count < 2 * samples) return false;
    Index changes = 0;
    for (Index i = 0; i < samples; ++i) {
      const Index place = i * (count - 2) / (samples - 1);
      changes += slots[place] != slots[place + 1];
    }
    return changes <= few;
  }

  // Writes the answers of a table; whether one is missing.
  bool write(const Plan& plan, const Stretch& stretch, const Table& table) const {
    bool misses = false;
    for (int e = 0; e < leaves_.ends; ++e) {
      char* const out = outs_[e] + stretch.offset;
      const auto write_one = [&](Index slice, Index group) {
        const Index index =
            table.panels[e].indices[slice * slice_step() + (group + 1) * group_step()];
        misses |= index == no_candidate;
        *reinterpret_cast<Index*>(out + slice * plan.slices.step + group * group_stride_) =
            plan.answer(index);
      };
      if (by_rows_)
        for (Index group = 0; group < labels_.groups; ++group)
          for (Index slice = 0; slice < stretch.count; ++slice) write_one(slice, group);
      else
        for (Index slice = 0; slice < stretch.count; ++slice)
          for (Index group = 0; group < labels_.groups; ++group) write_one(slice, group);
    }
    return misses;
  }

  GroupedOutcome serially(const Plan& plan) {
    const Workspace workspace;
    Table table;
    if (!workspace || !table.make(entries(), leaves_.key_size(), leaves_.ends))
      return {false, false};
    Patience patience;
    bool misses = false;
    const bool finished = each_table(plan, [&](const Stretch& stretch) {
      if (!fill(plan, stretch, table, workspace.scratch(), patience)) return false;
      misses |= write(plan, stretch, table);
      return true;
    });
    return {finished, misses, bad_labels_};
  }

  GroupedOutcome side_by_side(bool cut_kept, Index threads) {
    const Index size = (cut_kept ? *plan_.kept() : plan_.slices).size;
    const Index parts = std::min(size, threads * parts_for_thread);
    std::atomic<bool> finished{true}, misses{false};
    share(parts, [&](Index number) {
      Plan part = plan_;
      Loop& loop = cut_kept ? *part.kept() : part.slices;
      const auto border_of = [&](Index n) {
        const Index place = border(size, parts, n);
        return plan_.lies_across() && !cut_kept && n < parts ? place / line_bytes * line_bytes
                                                             : place;
      };
      const Index begin = border_of(number), end = border_of(number + 1);
      if (begin == end) return;
      part.narrow(loop, false, begin, end);
      const GroupedOutcome outcome = serially(part);
      if (!outcome.finished) finished = false;
      if (outcome.misses) misses = true;
    });
    return {finished, misses, bad_labels_};
  }

  GroupedOutcome and_merge(Index parts) {
    std::vector<Table> tables(static_cast<std::size_t>(parts));
    for (Table& table : tables)
      if (!table.make(entries(), leaves_.key_size(), leaves_.ends)) return {false, false};
    bool misses = false;
    const bool finished = each_table(plan_, [&](const Stretch& stretch) {
      std::atomic<bool> all{true};
      share(parts, [&](Index number) {
        const Workspace workspace;
        Plan part = plan_;
        Loop& loop = part.outermost_reduced();
        const Index size = loop.size;
        part.narrow(loop, true, border(size, parts, number), border(size, parts, number + 1));
        Stretch of_part = stretch;
        of_part.data += part.data - plan_.data;
        if (of_part.mask) of_part.mask += part.mask - plan_.mask;
        of_part.labels += part.labels - plan_.labels;
        Patience patience;
        if (!workspace || !fill(part, of_part, tables[static_cast<std::size_t>(number)],
                                workspace.scratch(), patience))
          all = false;
      });
      if (!all) return false;
      for (Index number = 1; number < parts; ++number)
        leaves_.merge(tables[0].panels, tables[static_cast<std::size_t>(number)].panels, entries());
      misses |= write(plan_, stretch, tables[0]);
      return true;
    });
    return {finished, misses, bad_labels_};
  }

  const Plan& plan_;
  const Labels& labels_;
  const Index group_stride_;
  const Leaves& leaves_;
  char* const* const outs_;
  const bool by_rows_;  // else slice by slice
  const Index width_;
  bool in_order_;  // tiles are visited in the order of the index
  std::atomic<bool> bad_labels_{false};
};

}  // namespace

GroupedOutcome run_grouped(const Plan& plan, const Labels& labels, Index key_size,
                           Index group_stride, std::span<const End> ends) {
  const GroupedKernels leaves(plan, key_size, ends);
  char* outs[most_ends];
  std::ranges::transform(ends, outs, &End::out);
  return Grouped(plan, labels, group_stride, leaves, outs).start();
}

GroupedOutcome run_grouped(const Plan& plan, const Labels& labels, Index group_stride,
                           OwnComparison& comparison, bool only_nan, char* out) {
  const GroupedComparison leaves(comparison, only_nan);
  return Grouped(plan, labels, group_stride, leaves, &out).start();
}

}  // namespace minloc
