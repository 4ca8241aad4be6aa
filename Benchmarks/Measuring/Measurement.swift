import Benchmark

/// A named figure, taken for the store and its peers in turn.
///
/// The rounds go store, peer, peer, store, peer, peer, so that what disturbs the machine disturbs
/// all.
///
/// The harness runs the rounds; the time within one is taken by the contestant itself, around the
/// operations alone. The harness's own clock spans a whole iteration, which cannot tell three sides
/// apart, nor leave out the refilling that a round of inserts or deletes needs.
public struct Measurement {
    let name: String
    let unit: Unit
    let size: Size
    let warmUps: Int
    let duration: Duration
    let contestants: [Contestant]

    /// Describes a measurement; `register()` makes it run.
    ///
    /// Without `warmUps` and `duration`, the size decides on the rounds that are not counted and on
    /// the time after which no further round starts.
    public init(
        _ name: String, _ unit: Unit, _ size: Size, warmUps: Int? = nil, duration: Duration? = nil,
        _ contestants: [Contestant]
    ) {
        self.name = "\(name).\(size.rawValue)"
        self.unit = unit
        self.size = size
        self.warmUps = warmUps ?? (size == .million ? 0 : 1)
        self.duration = duration ?? size.duration
        self.contestants = contestants
    }

    /// Hands the measurement to the harness.
    public func register() {
        let samples = Samples()
        let configuration = Benchmark.Configuration(
            metrics: contestants.map(metric),
            warmupIterations: warmUps,
            maxDuration: duration,
            maxIterations: size.rounds
        )
        Benchmark(
            name,
            configuration: configuration,
            closure: { benchmark in
                guard !samples.hasFailed else { return }
                do {
                    let round = benchmark.currentIteration - warmUps
                    for contestant in contestants where max(0, round) < contestant.roundsMax {
                        let figure = try await contestant.round(benchmark.currentIteration)
                        guard round >= 0 else { continue }
                        samples.add(figure, of: contestant.name)
                        benchmark.measurement(metric(contestant), whole(figure))
                    }
                } catch {
                    // Not told to the harness, which would leave out all that follows.
                    samples.hasFailed = true
                    Report.shared.fail(name, error)
                }
            },
            teardown: {
                if !samples.hasFailed { Report.shared.add(name, unit, samples) }
            }
        )
    }

    /// The harness takes whole numbers only: of factors it is given hundredths.
    private func whole(_ figure: Double) -> Int {
        Int((unit == .times ? 100 * figure : figure).rounded())
    }

    private func metric(_ contestant: Contestant) -> BenchmarkMetric {
        .custom(
            "\(contestant.name) (\(unit == .times ? "%" : unit.rawValue))",
            polarity: unit == .times ? .prefersLarger : .prefersSmaller,
            useScalingFactor: false)
    }
}
