import StoreCore

extension Concurrency {
    /// What can be wrong with what a subscriber was told.
    enum Violation: Sendable, Hashable {
        /// It was told of what did not happen, or what it had not asked for.
        case invented
        /// It was told of what had happened before it was attached.
        case tooEarly
        /// Something that happened after `on` had returned is missing at the beginning.
        case missedBeginning
        case gap
        case repetition
        case disorder
        case missedEnd
        /// Told and dropped are not all that there was.
        case miscounted
        /// What it was told does not lead to the state that there is.
        case otherState
        case begunAfterCancel
        case runsAfterCancelAndWait
        /// `settle()` returned before it had been told of everything.
        case notSettled
        /// It never came to rest.
        case restless
    }

    struct Finding: Sendable, CustomStringConvertible {
        let violation: Violation
        let subscriber: String
        let detail: String

        var description: String { "\(subscriber): \(violation): \(detail)" }
    }

    /// Judges what a subscriber was told by what there was to be told.
    struct Oracle {
        let account: Account
        /// What there was to be told.
        let matching: [Happening]
        private(set) var findings: [Finding] = []
        /// For each thing that was told its place in `matching`.
        private var places: [Int] = []

        private var plan: Plan { account.plan }
        private var told: [Happening] { account.told }
        private var stays: Bool { account.left == nil && !account.hasOverflown }

        /// The first thing of which it may be told: what is being told just when it comes, or what follows.
        private var earliest: Int { firstPlace(from: account.joined.before) }
        /// The first thing of which it has to be told.
        private var latest: Int { firstPlace(from: account.joined.after + 1) }

        private func firstPlace(from position: UInt64) -> Int {
            matching.firstIndex { $0.place.position >= position } ?? matching.count
        }

        init(_ account: Account, _ history: History) {
            self.account = account
            matching = history.matching(account.plan)
            locate()
            checkOrder()
            switch account.plan.buffer {
            case .unbounded, .fail: checkStretch()
            case .dropOldest: checkCounts()
            case .coalesceByKey: checkState()
            }
            checkLife()
        }

        private mutating func report(_ violation: Violation, _ detail: String) {
            findings.append(
                Finding(violation: violation, subscriber: plan.name, detail: detail))
        }

        private mutating func locate() {
            var index: [Happening.Place: Int] = [:]
            for (offset, happening) in matching.enumerated() { index[happening.place] = offset }
            for happening in told {
                guard let place = index[happening.place], isTrue(happening, matching[place]) else {
                    report(.invented, "\(happening)")
                    continue
                }
                places.append(place)
            }
        }

        /// Where events of one record become one, only the outcome is the last one's.
        private func isTrue(_ told: Happening, _ happened: Happening) -> Bool {
            plan.buffer == .coalesceByKey ? told.stamp == happened.stamp : told == happened
        }

        private mutating func checkOrder() {
            if let first = places.first, first < earliest {
                report(.tooEarly, "\(matching[first]), and it came at \(account.joined.before)")
            }
            for (one, next) in zip(places, places.dropFirst()) where next <= one {
                let isRepeated = places.count { $0 == next } > 1
                report(
                    isRepeated ? .repetition : .disorder,
                    "\(matching[next]) after \(matching[one])")
            }
        }

        /// Nothing is left out between the first and the last.
        private mutating func checkStretch() {
            for (one, next) in zip(places, places.dropFirst()) where next > one + 1 {
                report(.gap, "\(matching[one + 1]) and \(next - one - 2) more")
            }
            let end = end
            if let first = places.first, first > latest {
                report(.missedBeginning, "\(matching[latest]), and it had come")
            } else if places.isEmpty, latest < end {
                report(.missedBeginning, "\(matching[latest]), and all else")
            }
            if let last = places.last, last + 1 < end {
                report(.missedEnd, "\(matching[last + 1]) and \(end - last - 2) more")
            }
        }

        /// Through where it has to be told.
        private var end: Int {
            if stays { return matching.count }
            // What has come into a sequence can still be taken from it.
            guard case .sequence = plan.form, let left = account.left else { return 0 }
            if case .cancelTask? = plan.leaves?.by { return 0 }
            if account.hasOverflown { return 0 }
            return firstPlace(from: left)
        }

        private mutating func checkCounts() {
            let all = told.count + account.figures.dropped
            if all > matching.count - earliest {
                report(.miscounted, "\(all) of \(matching.count - earliest)")
            }
            guard stays else { return }
            if all < matching.count - latest {
                report(.miscounted, "\(all) of \(matching.count - latest)")
            }
            if latest < matching.count, places.last != matching.count - 1 {
                report(.missedEnd, "\(matching[matching.count - 1])")
            }
        }

        /// What was told, on top of what there was when it came, makes what there is.
        private mutating func checkState() {
            guard stays else { return }
            let now = state(after: matching[...])
            let beginnings = earliest...max(earliest, latest)
            let isSo = beginnings.contains { beginning in
                state(after: told[...], on: state(after: matching[..<beginning])) == now
            }
            if !isSo { report(.otherState, "\(told.count) of \(matching.count - latest)") }
        }

        private func state(
            after happenings: ArraySlice<Happening>, on before: [String: Int64] = [:]
        ) -> [String: Int64] {
            happenings.reduce(into: before) { state, happening in
                state["\(happening.place.bucket) \(happening.place.key)"] = happening.stamp
            }
        }

        private mutating func checkLife() {
            if let limit = account.begunWhenCancelled, told.count > limit {
                report(.begunAfterCancel, "\(told.count) instead of \(limit)")
            }
            if let (begun, isRunning) = account.whenQuiet, isRunning || told.count > begun {
                report(.runsAfterCancelAndWait, "\(told.count) instead of \(begun), \(isRunning)")
            }
            if let begun = account.begunWhenSettled, begun < told.count {
                report(.notSettled, "\(begun) of \(told.count)")
            }
            if !account.isAtRest { report(.restless, "\(account.figures)") }
            if account.figures.delivered != told.count {
                report(.miscounted, "\(account.figures.delivered) instead of \(told.count)")
            }
        }
    }
}
