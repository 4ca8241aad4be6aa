/// Makes a failing list of steps as short as it gets.
enum ModelShrinker {
    /// A part of `steps` for which `fails` still holds: no step can be left out, and none made simpler.
    ///
    /// After so many `attempts` it is what has been found by then.
    static func shrink(
        _ steps: [ModelStep], attempts: Int = 1_500, _ fails: ([ModelStep]) async -> Bool
    ) async -> [ModelStep] {
        var steps = steps
        var rest = attempts
        func tries(_ candidate: [ModelStep]) async -> Bool {
            guard rest > 0 else { return false }
            rest -= 1
            guard await fails(candidate) else { return false }
            steps = candidate
            return true
        }
        var chunk = steps.count / 2
        while chunk > 0 {
            var start = 0
            var found = false
            while start < steps.count {
                var candidate = steps
                candidate.removeSubrange(start..<min(start + chunk, steps.count))
                if await tries(candidate) { found = true } else { start += chunk }
            }
            // Single steps are tried until none of them can go.
            if chunk > 1 || !found { chunk /= 2 }
        }
        var place = 0
        search: while place < steps.count {
            for simpler in steps[place].simpler {
                var candidate = steps
                candidate[place] = simpler
                if await tries(candidate) { continue search }
            }
            place += 1
        }
        return steps
    }
}
