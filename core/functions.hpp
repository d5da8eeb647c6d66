// The public functions: what each answers with, and the arguments that it has.
#pragma once

#include "call.hpp"

namespace minloc {

inline constexpr unsigned in_groups = keyword::by | keyword::num_groups;
inline constexpr unsigned in_all = keyword::a | keyword::axis | keyword::keepdims | keyword::where |
                                   keyword::ties | keyword::fallback | in_groups |
                                   keyword::distance_to;
inline constexpr unsigned in_find = in_all | keyword::nan_policy;
inline constexpr unsigned in_loc = in_find | keyword::dtype;
inline constexpr unsigned in_nanarg = in_all | keyword::out | keyword::dtype;
inline constexpr unsigned in_arg = in_nanarg | in_loc;

inline constexpr unsigned in_running = keyword::a | keyword::axis | keyword::where |
                                       keyword::nan_policy | keyword::ties | keyword::fallback |
                                       keyword::dtype;
inline constexpr unsigned in_moving = in_running | keyword::window | keyword::step |
                                      keyword::partial | keyword::center | keyword::min_count |
                                      keyword::relative;

inline constexpr Function functions[] = {
    {"argmin", Extreme::min, Nan::propagate, Form::index, 3, in_arg},
    {"argmax", Extreme::max, Nan::propagate, Form::index, 3, in_arg},
    {"nanargmin", Extreme::min, Nan::omit, Form::index, 3, in_nanarg},
    {"nanargmax", Extreme::max, Nan::omit, Form::index, 3, in_nanarg},
    {"findmin", Extreme::min, Nan::propagate, Form::find, 2, in_find},
    {"findmax", Extreme::max, Nan::propagate, Form::find, 2, in_find},
    {"argminmax", Extreme::min, Nan::propagate, Form::both, 2, in_loc},
    {"minloc", Extreme::min, Nan::propagate, Form::coordinates, 2, in_loc},
    {"maxloc", Extreme::max, Nan::propagate, Form::coordinates, 2, in_loc},
    {"top_k", Extreme::max, Nan::propagate, Form::top, 2,
     keyword::axis | keyword::mode | keyword::sorted | keyword::where | keyword::nan_policy |
         in_groups | keyword::distance_to},
    {"moving_argmin", Extreme::min, Nan::propagate, Form::moving, 3, in_moving},
    {"moving_argmax", Extreme::max, Nan::propagate, Form::moving, 3, in_moving},
    {"moving_findmin", Extreme::min, Nan::propagate, Form::moving_find, 3, in_moving},
    {"moving_findmax", Extreme::max, Nan::propagate, Form::moving_find, 3, in_moving},
    {"running_argmin", Extreme::min, Nan::propagate, Form::running, 2, in_running},
    {"running_argmax", Extreme::max, Nan::propagate, Form::running, 2, in_running},
};

inline constexpr const Function& argmin_function = functions[0];
inline constexpr const Function& top_k_function = functions[9];
static_assert(top_k_function.form == Form::top);

// The function of a name, a str; null with an exception set.
const Function* function_called(PyObject* name);

// The answer for a plain ndarray; null with an exception set.
PyObject* answer(const Function& function, const Arguments& arguments, const MaskArgument& mask);

}  // namespace minloc
