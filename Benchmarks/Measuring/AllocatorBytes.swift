import CAllocator
import Foundation

/// The heap as the allocator sees it: bytes handed out and not given back, whatever the resident
/// size.
public enum AllocatorBytes {
    /// Bytes in use now, over all arenas.
    public static func inUse() -> Int { allocator_bytes_in_use() }

    /// Bytes in use once they have stopped changing: memory may be given back on another thread.
    public static func settled() -> Int {
        var (latest, unchanged, readings) = (inUse(), 0, 0)
        while unchanged < 3, readings < 200 {
            Thread.sleep(forTimeInterval: 0.01)
            let reading = inUse()
            unchanged = reading == latest ? unchanged + 1 : 0
            latest = reading
            readings += 1
        }
        return latest
    }
}
