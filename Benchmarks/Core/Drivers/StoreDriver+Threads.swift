import Benchmark
import Measuring
import StoreCore

extension StoreDriver {
    /// The throughput of two threads that each read a snapshot of their own, against one.
    func snapshotScaling(_ data: Dataset, passes: Int) throws -> Double {
        let held = try (0..<2).map { _ in try store.snapshot().bucket(StoreDriver.bucket) }
        return Threads.scaling { thread in
            let records = held[thread]
            data.walk(thread, passes: passes) { blackHole(try? records.get($0)) }
        }
    }

    /// The throughput of two threads that read through the bucket's handle, against one.
    func handleScaling(_ data: Dataset, passes: Int) -> Double {
        Threads.scaling { [records] thread in
            data.walk(thread, passes: passes) { blackHole(try? records.get($0)) }
        }
    }
}
