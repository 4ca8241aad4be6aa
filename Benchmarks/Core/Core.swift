import Benchmark
import Measuring

@main
struct Core: BenchmarkRunnerHooks {
    static func registerBenchmarks() {
        for size in Size.allCases {
            let stage = Stage(size)
            stage.registerReads()
            stage.registerIndexEnds()
            if size != .million { stage.registerThreads() }
            stage.registerWrites()
            stage.registerSnapshots()
            stage.registerInserts()
            stage.registerMemory()
            Stage(size, roleCount: size.count / 1_000).registerWhereIndexed()
        }
    }
}
