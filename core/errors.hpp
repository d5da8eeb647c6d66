// Exceptions that say more than NumPy's text.
//
// Programs compare `str(error)` with NumPy's texts, so a text is NumPy's to the letter wherever
// NumPy has one. What is known beyond it is a note of the exception, which every traceback shows;
// of a slice it is also the attribute `index`.
#pragma once

#include "numpy_api.hpp"

namespace minloc {

// The place of an element of an array of these sizes, by its number in C order, as a tuple; empty
// with an exception set.
Ref place_in(const Index* sizes, int ndim, Index number);

// Each of these sets an exception. Where an argument is empty, an exception has been set already,
// and stays.

// `type(text)` with a note.
void raise_with_note(PyObject* type, const Ref& text, const Ref& note);

// `type(text)` about the slice at `index` of the result, a tuple; with a note of `reason` if there
// is one.
void raise_about_slice(PyObject* type, const Ref& text, const Ref& index,
                       const char* reason = nullptr);

// Says, or says anew, at which index of the result the slice is that an exception is about. False
// with an exception set.
bool set_place(PyObject* error, PyObject* index);

}  // namespace minloc
