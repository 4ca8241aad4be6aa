import Benchmark
import Foundation

/// Threads that start together.
public enum Threads {
    /// Runs `body` on `count` threads at once and returns the nanoseconds from their start to the
    /// end of the last.
    public static func together(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) -> UInt64 {
        let ready = DispatchSemaphore(value: 0)
        let go = DispatchSemaphore(value: 0)
        let done = DispatchSemaphore(value: 0)
        for index in 0..<count {
            let thread = Thread {
                ready.signal()
                go.wait()
                body(index)
                done.signal()
            }
            thread.stackSize = 1 << 20
            thread.start()
        }
        for _ in 0..<count { ready.wait() }
        let start = Stopwatch.now()
        for _ in 0..<count { go.signal() }
        for _ in 0..<count { done.wait() }
        return Stopwatch.now() - start
    }

    /// The throughput of two threads divided by that of one, each doing `body` once per thread.
    public static func scaling(_ body: @escaping @Sendable (Int) -> Void) -> Double {
        let alone = together(1, body)
        let both = together(2, body)
        return 2 * Double(alone) / Double(both)
    }

    /// The scaling of threads that share nothing at all: what the machine can give at the moment.
    public static func ideal() -> Double {
        scaling { thread in
            var generator = SplitMix(seed: UInt64(thread))
            var sum: UInt64 = 0
            for _ in 0..<20_000_000 { sum &+= generator.next() }
            blackHole(sum)
        }
    }
}
