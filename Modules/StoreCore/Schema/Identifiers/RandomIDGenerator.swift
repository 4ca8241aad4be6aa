/// Random identifiers from the system's secure source: UUIDs of versions 4 and 7 in lower case, and
/// texts in the form of a cuid2.
///
/// The source is asked for 4 KiB at a time: asking it for each identifier costs twenty times as
/// much.
public final class RandomIDGenerator: IDGenerator, @unchecked Sendable {
    /// The generator for those who have none of their own.
    public static let shared = RandomIDGenerator()

    // Unchecked: buffer, place and series are only touched under the lock.
    private let lock = Lock()
    private let buffer: UnsafeMutableRawBufferPointer
    private var place: Int
    private var series = UUIDSeries()

    private static let bufferBytes = 4_096

    /// Makes a generator with a buffer of its own.
    ///
    /// Nothing is drawn before the first identifier.
    public init() {
        buffer = .allocate(byteCount: RandomIDGenerator.bufferBytes, alignment: 16)
        place = RandomIDGenerator.bufferBytes
    }

    deinit { buffer.deallocate() }

    /// A new random UUID.
    ///
    /// - Complexity: O(1), some 100 ns; takes the generator's own lock.
    public func uuid() -> String {
        let (high, low) = lock.withLock { draw() }
        return UUIDText(random: high, low).description
    }

    /// A new UUID of version 7, greater than all that this generator has made before: as text, as
    /// bytes, and as a number.
    ///
    /// Where the clock stands still or goes back, the one before is raised by a random number
    /// (RFC 9562, section 6.2, method 2), and keeps its time.
    ///
    /// - Complexity: O(1), some 100 ns; takes the generator's own lock.
    public func uuid7(at now: Timestamp) -> String {
        lock.withLock {
            let random = draw()
            return series.next(at: now, random.0, random.1)
        }.description
    }

    /// A random text of 24 characters: a lower-case letter, then lower-case letters and digits, each as
    /// likely as any other.
    ///
    /// It has the form of a cuid2, and some 123 random bits.
    ///
    /// - Complexity: O(1) on average; takes the generator's own lock.
    public func cuid2() -> String {
        while true {
            let (high, low) = lock.withLock { draw() }
            if let text = CUIDText.text(UInt128(high) << 64 | UInt128(low)) { return text }
        }
    }

    /// Sixteen random bytes, which are never handed out again; the caller holds the lock.
    private func draw() -> (UInt64, UInt64) {
        if place == buffer.count {
            Platform.fillRandom(buffer)
            place = 0
        }
        let high = buffer.load(fromByteOffset: place, as: UInt64.self)
        let low = buffer.load(fromByteOffset: place + 8, as: UInt64.self)
        buffer.storeBytes(of: 0, toByteOffset: place, as: UInt64.self)
        buffer.storeBytes(of: 0, toByteOffset: place + 8, as: UInt64.self)
        place += 16
        return (high, low)
    }
}
