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
            // It does not depend on the size.
            if size == .hundredThousand { stage.registerBehindWriter() }
            let kept = KeptStage(size)
            kept.register("reactive.liveTop20", .top20)
            kept.register("reactive.liveGroupBy", .groupBy)
            kept.register("reactive.liveJoin", .join)
            kept.register("reactive.liveJoinOther", .join, .customers)
            kept.register("reactive.liveIrrelevant", .top20, .irrelevant)
        }
    }
}
