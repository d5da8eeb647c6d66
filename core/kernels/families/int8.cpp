// int8 and uint8.
#include "../family.hpp"

MINLOC_EXPORT(int8)
