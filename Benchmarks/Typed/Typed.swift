import Benchmark
import Measuring

@main
struct Typed: BenchmarkRunnerHooks {
    static func registerBenchmarks() {
        for size in Size.allCases {
            let stage = TypedStage(size)
            stage.registerGets()
            stage.registerInserts()
        }
    }
}
