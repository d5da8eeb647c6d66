// What a program does when a file that it has mapped into memory becomes shorter.
//
// A page beyond the new end, or on a device that fails, cannot be read: the system sends SIGBUS,
// which ends the process without a word. A program that would rather say so names the map, a line
// to print, and an exit status. Nothing else can be done from there: the load that failed has no
// value to go on with.
#pragma once

#include <cstddef>

namespace minloc {

// From now on, SIGBUS at an address in `size` bytes from `begin` prints the line on standard error
// and ends the process with the status. The line is copied. False if there is no memory for it.
bool exit_on_bus_error(const void* begin, std::size_t size, const char* line, int status);

// Forgets the maps that begin there.
void forget_bus_errors(const void* begin);

}  // namespace minloc
