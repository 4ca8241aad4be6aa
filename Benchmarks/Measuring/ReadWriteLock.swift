#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The read–write lock that a peer without one of its own stands behind.
public final class ReadWriteLock: @unchecked Sendable {
    @usableFromInline let handle: UnsafeMutablePointer<pthread_rwlock_t>

    /// Makes a lock that nobody holds.
    public init() {
        handle = .allocate(capacity: 1)
        handle.initialize(to: pthread_rwlock_t())
        precondition(
            pthread_rwlock_init(handle, nil) == 0, "the system has no memory left for a lock")
    }

    deinit {
        pthread_rwlock_destroy(handle)
        handle.deallocate()
    }

    /// Runs `body` beside other readers.
    @inlinable @inline(__always)
    public func reading<R>(_ body: () throws -> R) rethrows -> R {
        pthread_rwlock_rdlock(handle)
        defer { pthread_rwlock_unlock(handle) }
        return try body()
    }

    /// Runs `body` alone.
    @inlinable @inline(__always)
    public func writing<R>(_ body: () throws -> R) rethrows -> R {
        pthread_rwlock_wrlock(handle)
        defer { pthread_rwlock_unlock(handle) }
        return try body()
    }
}
