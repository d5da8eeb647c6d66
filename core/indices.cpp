#include "indices.hpp"

#include "errors.hpp"
#include "grouped.hpp"
#include "labels.hpp"
#include "lookup.hpp"
#include "own_comparison.hpp"
#include "run.hpp"
#include "without_plan.hpp"

namespace minloc {
namespace {

// The bytes from the answer for one group to the next, and those along the kept axes of the array.
struct GroupPlaces {
  Index group_stride = 0, strides[max_ndim];

  GroupPlaces(const Call& call, const Places& places) {
    for (int i = 0, axis = 0; i < call.shape.kept; ++i) {
      if (i == call.shape.group_at)
        group_stride = places.strides[i];
      else
        strides[axis++] = places.strides[i];
    }
  }
};

// Sets the exception for labels that another thread or process has made too large, or that were.
Outcome outcome_of(const Call& call, const GroupedOutcome& outcome) {
  if (outcome.bad_labels && !PyErr_Occurred())
    raise_large_label(call.labels_holder.array(), call.labels.groups);
  return {outcome.finished, outcome.misses};
}

// The number of the group in an index of the result.
Ref note_of_group(const Call& call, const Ref& index) {
  PyObject* const group =
      index ? PyTuple_GetItem(index.get(), call.shape.kept_at[call.shape.group_at]) : nullptr;
  return group ? Ref(PyUnicode_FromFormat("group %S has no candidate", group)) : Ref();
}

// The error for a slice without a candidate.
void raise_no_candidate(const Call& call, Extreme extreme, Index number) {
  const bool masked = call.mask.data != nullptr, omits = call.question.nan == Nan::omit;
  const char* reason = !masked ? nullptr
                       : omits ? "elements that are masked out do not count"
                               : "no element is left by the mask";
  Ref text(omits
               ? PyUnicode_FromString("All-NaN slice encountered")
               : PyUnicode_FromFormat("attempt to get %s of an empty sequence", name_of(extreme)));
  const Ref index = call.place_of_slice(number);
  if (!call.groups.exists) return raise_about_slice(PyExc_ValueError, text, index, reason);
  const Ref note = note_of_group(call, index);
  const char* const group = note ? PyUnicode_AsUTF8AndSize(note.get(), nullptr) : nullptr;
  if (group) raise_about_slice(PyExc_ValueError, text, index, group);
}

// Reduces an array whose dtype has kernels, for one end or two; the places have one layout.
Outcome reduce_by_kernels(const Call& call, const Places& places, Extreme extreme,
                          const Places* largest) {
  if (call.length == 1 && !call.may_miss()) {  // whatever a slice's one element is
    const Lookup lookup = call.lookup();
    lookup.fill(places, 0);
    if (largest) lookup.fill(*largest, 0);
    return {true, false};
  }
  if (!call.groups.exists && is_about_small_run(call)) {
    bool misses = false;
    const auto answer = [&](Extreme which, const Places& to) {
      const Index index = best_of_small_run(call, which);
      *reinterpret_cast<Index*>(to.data) = index;
      misses |= index == no_candidate;
    };
    answer(extreme, places);
    if (largest) answer(Extreme::max, *largest);
    return {true, misses};
  }
  if (!largest)
    if (const auto outcome = reduce_small_slices(call, places, extreme)) return *outcome;
  const Index key_size = call.key_size();
  if (call.groups.exists) {
    const GroupPlaces groups(call, places);
    const Plan plan(call.array, call.mask, call.axes, groups.strides, Visit::each_slice,
                    call.question.ties, nullptr, 1, &call.labels);
    const End ends[] = {{call.order(extreme), places.data},
                        {call.order(Extreme::max), largest ? largest->data : nullptr}};
    GroupedOutcome outcome;
    {
      const WithoutGil without_gil(call.releases_gil());
      outcome = run_grouped(plan, call.labels, key_size, groups.group_stride,
                            {ends, largest ? std::size_t{2} : std::size_t{1}});
    }
    return outcome_of(call, outcome);
  }
  Plan plan(call.array, call.mask, call.axes, places.strides, Visit::memory_order,
            call.question.ties);
  plan.may_miss = call.may_miss();
  const WithoutGil without_gil(call.releases_gil());
  const End end{call.order(extreme), places.data};
  if (!largest) return run(plan, key_size, end);
  return run(plan, key_size, end, {call.order(Extreme::max), largest->data});
}

// Compares the elements of each slice by the dtype's own comparison, or only looks for slices with
// a NaN, whose index is then no_candidate. `met_nan`: it gave up at a NaN that is an error.
Outcome compare_slices(const Call& call, const Places& places, Extreme extreme, bool only_nan,
                       bool& met_nan) {
  OwnComparison comparison(call.a, extreme, only_nan ? Nan::omit : call.question.nan,
                           call.question.raises_on_nan && !only_nan);
  if (only_nan) comparison.look_for_nan();
  const bool grouped = call.groups.exists;
  const GroupPlaces groups(call, places);
  const Plan plan(call.array, call.mask, call.axes, groups.strides, Visit::index_order,
                  call.question.ties, nullptr, 1, grouped ? &call.labels : nullptr);
  const bool runs_python = comparison.needs_gil();
  const NotResized keeps_array(runs_python ? reinterpret_cast<PyObject*>(call.a) : nullptr);
  const NotResized keeps_mask(runs_python ? call.mask_holder.get() : nullptr);
  const NotResized keeps_labels(runs_python ? call.labels_holder.get() : nullptr);
  const NestedCall nested;
  if (!nested) return {false, false};
  const Workspace workspace;
  if (!workspace) PyErr_NoMemory();
  Outcome outcome{false, false};
  GroupedOutcome by_group;
  if (workspace) {
    const WithoutGil without_gil(!comparison.needs_gil() && call.releases_gil());
    if (grouped)
      by_group =
          run_grouped(plan, call.labels, groups.group_stride, comparison, only_nan, places.data);
    else
      outcome =
          run_here<1>(plan, OwnComparison::key_size, comparison, &places.data, workspace.scratch());
  }
  met_nan = comparison.met_nan();
  return grouped ? outcome_of(call, by_group) : outcome;
}

// Reduces an array whose dtype brings its own comparison.
Outcome reduce_by_comparison(const Call& call, const Places& places, Extreme extreme) {
  bool met_nan = false;
  Outcome outcome = compare_slices(call, places, extreme, false, met_nan);
  if (!met_nan) return outcome;
  outcome = compare_slices(call, places, extreme, true, met_nan);
  if (!outcome.finished) return outcome;
  call.raise_nan(call.lookup().find_missing(places));
  return {false, false};
}

}  // namespace

bool find_indices(const Call& call, Extreme extreme, const Places& places, const Places* largest) {
  if (call.length == 0) {
    const Lookup lookup = call.lookup();
    lookup.fill(places, no_candidate);
    if (largest) lookup.fill(*largest, no_candidate);
    return true;
  }
  if (call.array.size() == 0 || (call.groups.exists && call.groups.groups == 0)) return true;
  Outcome outcome;
  if (call.has_kernels()) {
    outcome = reduce_by_kernels(call, places, extreme, largest);
    if (!outcome.finished && !PyErr_Occurred()) PyErr_NoMemory();
  } else {
    outcome = reduce_by_comparison(call, places, extreme);
    if (largest && outcome.finished) {
      const Outcome other = reduce_by_comparison(call, *largest, Extreme::max);
      outcome = {other.finished, outcome.misses || other.misses};
    }
  }
  if (!outcome.finished) return false;
  if (outcome.misses && !call.question.has_default) {
    const Lookup lookup = call.lookup();
    Index number = lookup.find_missing(places);
    // Only where another thread or process writes to the array may one end alone have none.
    if (number == no_candidate && largest) number = lookup.find_missing(*largest);
    raise_no_candidate(call, extreme, number);
    return false;
  }
  if (call.question.raises_on_nan && call.has_kernels() && has_nan(call.kernel_dtype())) {
    const Lookup lookup = call.lookup();
    const Index number = lookup.find_nan(places, call.order(extreme));
    if (number != no_candidate) {
      call.raise_nan(number);
      return false;
    }
  }
  return true;
}

bool find_nan_slice(const Call& call, const Places& places, Index& number) {
  number = no_candidate;
  if (call.array.size() == 0 || (call.has_kernels() && !has_nan(call.kernel_dtype()))) return true;
  const Lookup lookup = call.lookup();
  Outcome outcome;
  if (call.has_kernels()) {  // under "propagate" a NaN is the best of its slice
    outcome = reduce_by_kernels(call, places, Extreme::min, nullptr);
    if (outcome.finished) number = lookup.find_nan(places, call.order(Extreme::min));
  } else {
    bool met_nan;
    outcome = compare_slices(call, places, Extreme::min, true, met_nan);
    if (outcome.finished) number = lookup.find_missing(places);
  }
  if (!outcome.finished && !PyErr_Occurred()) PyErr_NoMemory();
  return outcome.finished;
}

}  // namespace minloc
