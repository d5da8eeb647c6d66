// int64, uint64 and times.
#include "../family.hpp"

MINLOC_EXPORT(int64)
