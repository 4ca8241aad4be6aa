/// Random UUIDs (version 4) in lower case, from the system's secure source.
///
/// The source is asked for 4 KiB at a time: asking it for each identifier costs twenty times as
/// much.
public final class RandomIDGenerator: IDGenerator, @unchecked Sendable {
    // Unchecked: buffer and place are only touched under the lock.
    private let lock = Lock()
    private let buffer: UnsafeMutableRawBufferPointer
    private var place: Int

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
        let (high, low) = draw()
        return UUIDText(random: high, low).description
    }

    /// Sixteen random bytes, which are never handed out again.
    private func draw() -> (UInt64, UInt64) {
        lock.withLock {
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
}
