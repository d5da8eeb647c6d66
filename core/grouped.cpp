#include "grouped.hpp"

#include <atomic>
#include <vector>

#include "grouped_fill.hpp"
#include "grouped_leaves.hpp"
#include "pool.hpp"

namespace minloc {
namespace {

// So many bytes of a table stay in the second-level cache while elements are read.
constexpr Index cached_bytes = 1 << 20;
// A table of neighbouring slices may be larger, if only so whole cache lines can be read.
constexpr Index table_bytes = 64 << 20, line_bytes = 64;
// So many bytes of a row are enough to be searched row by row.
constexpr Index enough_bytes = 256;

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
        shape_(choose_shape()),
        in_order_(is_in_order(plan)) {}

  GroupedOutcome start() {
    const Index threads = num_threads(), bytes = plan_.bytes(leaves_.key_size());
    if (!Leaves::has_kernels || threads == 1 || bytes < worth_sharing) return serially(plan_);
    const Index slices_for_thread = plan_.lies_across() ? line_bytes : 1;
    if (plan_.kept_count > 0 && plan_.kept()->size >= threads) return side_by_side(true, threads);
    if (plan_.slices.size >= threads * slices_for_thread) return side_by_side(false, threads);
    // Tables are cleared and merged, which takes as long as to read some times as many elements.
    const Index worth = plan_.length() / (4 * (labels_.groups + 1));
    const Index parts = std::min(
        {plan_.outermost_reduced().size, bytes / worth_a_part, threads, std::max<Index>(worth, 1)});
    return parts > 1 ? and_merge(parts) : serially(plan_);
  }

 private:
  // How many slices a table is for.
  TableShape choose_shape() const {
    const Index key_size = leaves_.key_size(), groups = labels_.groups;
    if (!Leaves::has_kernels || !plan_.lies_across()) return {1, groups, false};
    const bool by_rows =
        plan_.slices.label_stride == 0 && plan_.slices.size * key_size >= enough_bytes;
    const Index of_slice = (groups + 1) * (key_size + Index{sizeof(Index)}) * leaves_.ends;
    const Index in_line = std::max<Index>(line_bytes / key_size, 1);
    const Index most = by_rows ? panel_width(key_size) : line_bytes;
    Index width = std::min(cached_bytes / of_slice, most);
    if (width < in_line) width = std::clamp<Index>(table_bytes / of_slice, 1, in_line);
    width = std::min(width, plan_.slices.size);
    if (by_rows) width = (width + in_line - 1) / in_line * in_line;
    return {width, groups, by_rows};
  }

  static bool is_in_order(const Plan& plan) {
    Index inner = plan.slice.size > 1 ? plan.slice.step : 0;
    for (int i = plan.reduced_count - 1; i >= 0; --i) {
      if (plan.reduced()[i].step <= inner) return false;
      inner = plan.reduced()[i].step;
    }
    return true;
  }

  // Calls `visit(stretch) -> bool` for the slices of every table of a plan.
  template <class Visit>
  bool each_table(const Plan& plan, Visit visit) const {
    return each_row(plan, [&](const Stretch& row) {
      for (Index first = 0; first < row.count; first += shape_.slices)
        if (!visit(row.part(plan, first, std::min(first + shape_.slices, row.count)))) return false;
      return true;
    });
  }

  // Calls `use(fill)`, which fills tables by a plan; false if that did, or there is no memory.
  template <class Use>
  bool with_fill(const Plan& plan, Use use) {
    const Workspace workspace(plan.target != nullptr);
    if (!workspace) return false;
    GroupedFill fill(plan, labels_, leaves_, shape_, in_order_, workspace.scratch());
    const bool finished = use(fill);
    if (fill.met_bad_label()) bad_labels_ = true;
    return finished;
  }

  // Writes the answers of a table; whether one is missing.
  bool write_table(const Plan& plan, const Stretch& stretch, const Table& table) const {
    const Index groups = labels_.groups, slices = stretch.count;
    bool misses = false;
    for (int e = 0; e < leaves_.ends; ++e) {
      const Index* const entries = table.panels[e].indices;
      char* const out = outs_[e] + stretch.offset;
      if (shape_.by_rows)
        for (Index group = 0; group < groups; ++group)
          misses |= write(plan, entries + (group + 1) * shape_.slices, slices,
                          out + group * group_stride_, plan.slices.step);
      else
        for (Index slice = 0; slice < slices; ++slice)
          misses |= write(plan, entries + slice * shape_.slice_step() + 1, groups,
                          out + slice * plan.slices.step, group_stride_);
    }
    return misses;
  }

  GroupedOutcome serially(const Plan& plan) {
    Table table;
    if (!table.make(shape_.entries(), leaves_.key_size(), leaves_.ends)) return {false, false};
    bool misses = false;
    const bool finished = with_fill(plan, [&](auto& fill) {
      return each_table(plan, [&](const Stretch& stretch) {
        if (!fill.fill(stretch, table)) return false;
        misses |= write_table(plan, stretch, table);
        return true;
      });
    });
    return {finished, misses, bad_labels_};
  }

  // Each part has some of the slices.
  GroupedOutcome side_by_side(bool cut_kept, Index threads) {
    const Index size = cut_kept ? plan_.kept()->size : plan_.slices.size;
    const Index parts = std::min(size, threads * parts_for_thread);
    std::atomic<bool> finished{true}, misses{false};
    share(parts, [&](Index number) {
      Plan part = plan_;
      const bool keeps_lines = plan_.lies_across() && !cut_kept;
      const auto border_of = [&](Index n) {
        const Index place = border(size, parts, n);
        return keeps_lines && n < parts ? place / line_bytes * line_bytes : place;
      };
      const Index begin = border_of(number), end = border_of(number + 1);
      if (begin == end) return;
      part.narrow(cut_kept ? *part.kept() : part.slices, false, begin, end);
      const GroupedOutcome outcome = serially(part);
      if (!outcome.finished) finished = false;
      if (outcome.misses) misses = true;
    });
    return {finished, misses, bad_labels_};
  }

  // Each part has some of the elements of each slice, and a table of its own; these are merged.
  GroupedOutcome and_merge(Index parts) {
    std::vector<Table> tables(static_cast<std::size_t>(parts));
    for (Table& table : tables)
      if (!table.make(shape_.entries(), leaves_.key_size(), leaves_.ends)) return {false, false};
    const auto table_of = [&](Index number) -> Table& {
      return tables[static_cast<std::size_t>(number)];
    };
    bool misses = false;
    const bool finished = each_table(plan_, [&](const Stretch& stretch) {
      std::atomic<bool> all{true};
      share(parts, [&](Index number) {
        const Plan part = part_of_elements(plan_, number, parts);
        const Stretch of_part = stretch.within(plan_, part);
        if (!with_fill(part, [&](auto& fill) { return fill.fill(of_part, table_of(number)); }))
          all = false;
      });
      if (!all) return false;
      for (Index number = 1; number < parts; ++number)
        leaves_.merge(tables[0].panels, table_of(number).panels, shape_.entries());
      misses |= write_table(plan_, stretch, tables[0]);
      return true;
    });
    return {finished, misses, bad_labels_};
  }

  const Plan& plan_;
  const Labels& labels_;
  const Index group_stride_;
  const Leaves& leaves_;
  char* const* const outs_;
  const TableShape shape_;
  const bool in_order_;  // tiles are visited in the order of the index
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
