import TestSupport
import Testing

@testable import StoreCore

@Suite struct `Random patterns` {
    @Test(arguments: Volume.seeds(few: 5, full: 20))
    func `match what the standard library's match`(seed: UInt64) throws {
        var generator = PatternGenerator(seed: seed)
        for _ in 0..<40 {
            let source = generator.pattern()
            let pattern = try Pattern(source)
            let peer = try Regex(source).matchingSemantics(.unicodeScalar)
                .asciiOnlyDigits().asciiOnlyWordCharacters().asciiOnlyWhitespace()
                .wordBoundaryKind(.simple)
            for _ in 0..<10 {
                let text = generator.text()
                let expected = try peer.firstMatch(in: text) != nil
                let note: Comment = "seed \(seed): \(source) on \(text.debugDescription)"
                #expect(pattern.matches(text) == expected, note)
                #expect(pattern.run(text).isMatch == expected, note)
            }
        }
    }

    @Test(arguments: Volume.seeds(few: 5, full: 20))
    func `of any signs are taken or refused, and nothing worse`(seed: UInt64) {
        var generator = PatternGenerator(seed: seed)
        var taken = 0
        for _ in 0..<500 {
            let source = generator.garbage()
            do throws(PatternFault) {
                let pattern = try Pattern(source)
                taken += 1
                let text = generator.garbage()
                let (isMatch, steps) = pattern.run(text)
                let note: Comment = "seed \(seed): \(source) on \(text)"
                #expect(pattern.matches(text) == isMatch, note)
                #expect(steps <= pattern.stepsMax(scalars: text.unicodeScalars.count), note)
            } catch {
                let places = 0...source.unicodeScalars.count
                #expect(places.contains(error.offset), "seed \(seed): \(source)")
            }
        }
        #expect(taken > 0, "seed \(seed)")
    }
}
