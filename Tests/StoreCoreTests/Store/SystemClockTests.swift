@testable import StoreCore
import Synchronization
import Testing

@Suite struct `The system clock` {
    /// A wall and a monotonic clock that a test sets.
    private final class Hands: Sendable {
        private let state = Mutex<(wall: Int64, monotonic: Int64)>((1_000_000, 50))
        func set(wall: Int64) { state.withLock { $0.wall = wall } }
        func pass(_ elapsed: Int64) {
            state.withLock { $0 = ($0.wall + elapsed, $0.monotonic + elapsed) }
        }
        var wall: Int64 { state.withLock { $0.wall } }

        var clock: SystemClock {
            SystemClock(
                wall: { self.state.withLock { $0.wall } },
                monotonic: { self.state.withLock { $0.monotonic } })
        }
    }

    @Test func `it does not sleep for who is cancelled, not even until an instant that has passed`()
        async throws
    {
        let clock = SystemClock()
        let task = Task(executorPreference: InlineExecutor.shared) {
            withUnsafeCurrentTask { $0?.cancel() }
            try await clock.sleep(until: .distantPast, tolerance: nil)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `it shows the wall clock`() {
        let hands = Hands()
        let clock = hands.clock
        #expect(clock.now.microseconds == 1_000_000)
        hands.pass(7)
        #expect(clock.now.microseconds == 1_000_007)
    }

    @Test func `a jump forward is taken`() {
        let hands = Hands()
        let clock = hands.clock
        hands.set(wall: 900_000_000)
        #expect(clock.now.microseconds == 900_000_000)
    }

    @Test func `a jump back is not: time goes on from where it was`() {
        let hands = Hands()
        let clock = hands.clock
        hands.pass(500)
        #expect(clock.now.microseconds == 1_000_500)
        hands.set(wall: -5_000_000)
        #expect(clock.now.microseconds == 1_000_500)
        hands.pass(40)
        #expect(clock.now.microseconds == 1_000_540)
        hands.pass(60)
        #expect(clock.now.microseconds == 1_000_600)
    }

    @Test func `it follows the wall clock again once that has caught up`() {
        let hands = Hands()
        let clock = hands.clock
        hands.set(wall: 500_000)
        _ = clock.now
        hands.pass(100)
        hands.set(wall: 2_000_000)
        #expect(clock.now.microseconds == 2_000_000)
        hands.pass(3)
        #expect(clock.now.microseconds == 2_000_003)
    }

    @Test func `a second jump back changes nothing`() {
        let hands = Hands()
        let clock = hands.clock
        hands.set(wall: 500_000)
        _ = clock.now
        hands.pass(100)
        hands.set(wall: 3)
        #expect(clock.now.microseconds == 1_000_100)
        hands.pass(10)
        #expect(clock.now.microseconds == 1_000_110)
    }

    @Test func `a small jump back is not taken either`() {
        let hands = Hands()
        let clock = hands.clock
        _ = clock.now
        hands.set(wall: 999_995)
        #expect(clock.now.microseconds == 1_000_000)
        hands.set(wall: 1_000_001)
        #expect(clock.now.microseconds == 1_000_001)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `whatever the hands do, it never goes back`(seed: UInt64) {
        let hands = Hands()
        let clock = hands.clock
        var state = seed
        func random(_ range: ClosedRange<Int64>) -> Int64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return range.lowerBound + Int64((state >> 33) % UInt64(range.count))
        }
        var last = clock.now
        for _ in 0..<2_000 {
            switch random(0...9) {
            case 0: hands.set(wall: hands.wall + random(-9_999_999...9_999_999))
            case 1: hands.set(wall: hands.wall - random(0...2_000))
            default: hands.pass(random(0...300))
            }
            let now = clock.now
            #expect(now >= last)
            last = now
        }
    }

    @Test func `several threads see it never go back`() async {
        let hands = Hands()
        let clock = hands.clock
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    var last = clock.now
                    for step in 0..<5_000 {
                        if step % 500 == 0 { hands.set(wall: hands.wall - 100_000) }
                        hands.pass(1)
                        let now = clock.now
                        if now < last { Issue.record("\(now) after \(last)") }
                        last = now
                    }
                }
            }
        }
    }

    @Test func `sleeping until an instant that has passed returns at once`() async throws {
        let clock = Hands().clock
        try await clock.sleep(until: clock.now, tolerance: nil)
    }
}
