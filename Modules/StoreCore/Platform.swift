// Everything that StoreCore asks of the operating system stands in this file: locks, clocks, secure random bytes,
// thread-specific marks and one background thread. No other file of the module imports a C library.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Android)
    import Android
#endif

/// A mutual-exclusion lock.
///
/// `pthread_mutex` rather than the standard library's `Mutex`: ThreadSanitizer sees its happens-before edges on Linux,
/// and it does not convoy when threads outnumber cores.
final class Lock: @unchecked Sendable {
    private let handle: UnsafeMutablePointer<pthread_mutex_t>

    init() {
        handle = .allocate(capacity: 1)
        handle.initialize(to: pthread_mutex_t())
        let status = pthread_mutex_init(handle, nil)
        precondition(status == 0, "the system has no memory left for a lock")
    }

    deinit {
        pthread_mutex_destroy(handle)
        handle.deallocate()
    }

    @inline(__always)
    func lock() { pthread_mutex_lock(handle) }

    @inline(__always)
    func unlock() { pthread_mutex_unlock(handle) }

    @inline(__always)
    func withLock<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
        pthread_mutex_lock(handle)
        defer { pthread_mutex_unlock(handle) }
        return try body()
    }

    fileprivate func wait(on condition: UnsafeMutablePointer<pthread_cond_t>) {
        pthread_cond_wait(condition, handle)
    }
}

/// A lock that the thread which holds it may take again.
final class RecursiveLock: @unchecked Sendable {
    private let handle: UnsafeMutablePointer<pthread_mutex_t>

    init() {
        handle = .allocate(capacity: 1)
        handle.initialize(to: pthread_mutex_t())
        var attributes = pthread_mutexattr_t()
        pthread_mutexattr_init(&attributes)
        pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_RECURSIVE))
        let status = pthread_mutex_init(handle, &attributes)
        pthread_mutexattr_destroy(&attributes)
        precondition(status == 0, "the system has no memory left for a lock")
    }

    deinit {
        pthread_mutex_destroy(handle)
        handle.deallocate()
    }

    @inline(__always)
    func lock() { pthread_mutex_lock(handle) }

    @inline(__always)
    func unlock() { pthread_mutex_unlock(handle) }
}

/// A read–write lock that lets a waiting writer in before new readers.
final class ReadWriteLock: @unchecked Sendable {
    private let handle: UnsafeMutablePointer<pthread_rwlock_t>

    init() {
        handle = .allocate(capacity: 1)
        handle.initialize(to: pthread_rwlock_t())
        #if canImport(Glibc)
            var attributes = pthread_rwlockattr_t()
            pthread_rwlockattr_init(&attributes)
            // PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP: glibc's default lets a stream of readers starve writers.
            pthread_rwlockattr_setkind_np(&attributes, 2)
            let status = pthread_rwlock_init(handle, &attributes)
            pthread_rwlockattr_destroy(&attributes)
        #else
            let status = pthread_rwlock_init(handle, nil)
        #endif
        precondition(status == 0, "the system has no memory left for a lock")
    }

    deinit {
        pthread_rwlock_destroy(handle)
        handle.deallocate()
    }

    @inline(__always)
    func lockForReading() { pthread_rwlock_rdlock(handle) }

    @inline(__always)
    func lockForWriting() { pthread_rwlock_wrlock(handle) }

    @inline(__always)
    func unlock() { pthread_rwlock_unlock(handle) }
}

/// A condition that threads of the library's own wait on.
final class Condition: @unchecked Sendable {
    private let handle: UnsafeMutablePointer<pthread_cond_t>

    init() {
        handle = .allocate(capacity: 1)
        handle.initialize(to: pthread_cond_t())
        pthread_cond_init(handle, nil)
    }

    deinit {
        pthread_cond_destroy(handle)
        handle.deallocate()
    }

    /// Waits for a signal; `lock` is held before and after.
    func wait(_ lock: Lock) { lock.wait(on: handle) }

    func broadcast() { pthread_cond_broadcast(handle) }
}

/// A mark that belongs to the current thread.
final class ThreadMark: @unchecked Sendable {
    private var key = pthread_key_t()

    init() {
        let status = pthread_key_create(&key, nil)
        precondition(status == 0, "the system has no thread-specific keys left")
    }

    /// Whether the current thread carries the mark.
    @inline(__always)
    var isSet: Bool { pthread_getspecific(key) != nil }

    /// Whether the current thread's mark is this object.
    @inline(__always)
    func holds(_ object: AnyObject) -> Bool {
        pthread_getspecific(key) == Unmanaged.passUnretained(object).toOpaque()
    }

    /// Marks the current thread with an object, which is not kept alive, or takes the mark away.
    @inline(__always)
    func set(_ object: AnyObject?) {
        pthread_setspecific(
            key, object.map { UnsafeRawPointer(Unmanaged.passUnretained($0).toOpaque()) })
    }
}

enum Platform {
    /// Wall-clock time in microseconds since 1970-01-01T00:00:00Z.
    static func wallMicroseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) &* 1_000_000 &+ Int64(time.tv_nsec) / 1_000
    }

    /// A clock that never goes back, in microseconds; its origin means nothing.
    static func monotonicMicroseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) &* 1_000_000 &+ Int64(time.tv_nsec) / 1_000
    }

    /// Fills `buffer` from the system's secure source.
    static func fillRandom(_ buffer: UnsafeMutableRawBufferPointer) {
        guard let base = buffer.baseAddress else { return }
        #if canImport(Darwin)
            arc4random_buf(base, buffer.count)
        #else
            var filled = 0
            while filled < buffer.count {
                // getentropy is limited to 256 bytes a call.
                let step = min(256, buffer.count - filled)
                let status = getentropy(base + filled, step)
                precondition(status == 0, "the system gave no secure random bytes")
                filled += step
            }
        #endif
    }

    /// Runs `body` on a new detached thread with a small stack.
    static func startThread(_ body: @escaping @Sendable () -> Void) {
        final class Box {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, 1 << 20)
        let box = Unmanaged.passRetained(Box(body)).toOpaque()
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let status = pthread_create(
            &thread, &attributes,
            { argument in
                #if canImport(Darwin)
                    let box = Unmanaged<AnyObject>.fromOpaque(argument).takeRetainedValue() as? Box
                #else
                    let box = Unmanaged<AnyObject>.fromOpaque(argument!).takeRetainedValue() as? Box
                #endif
                box?.body()
                return nil
            }, box)
        pthread_attr_destroy(&attributes)
        if status != 0 {
            // No thread to be had: the work is done here rather than never.
            let box = Unmanaged<Box>.fromOpaque(box).takeRetainedValue()
            box.body()
        }
    }
}
