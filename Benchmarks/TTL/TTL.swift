import Benchmark
import Measuring

@main
struct TTL: BenchmarkRunnerHooks {
    static func registerBenchmarks() {
        for size in Size.allCases {
            let stage = TTLStage(size)
            stage.registerInserts()
            stage.registerGets()
            stage.registerPurge()
            if size == .million { stage.registerStall() }
            if size == .hundredThousand { stage.registerHitRatio() }
        }
    }
}
