import Benchmark
import Measuring

@main
struct Reactive: BenchmarkRunnerHooks {
    static func registerBenchmarks() {
        for size in Size.allCases {
            let stage = ReactiveStage(size)
            stage.registerWaking("reactive.wakeOneOf1k", 1_000)
            stage.registerWaking("reactive.wakeOneOf10k", 10_000)
            stage.registerUnrelated()
        }
    }
}
