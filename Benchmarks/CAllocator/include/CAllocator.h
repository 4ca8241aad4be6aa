#pragma once

#include <stddef.h>

/// Bytes that the allocator has handed out and not got back, over all its arenas; 0 where it does
/// not tell.
size_t allocator_bytes_in_use(void);
