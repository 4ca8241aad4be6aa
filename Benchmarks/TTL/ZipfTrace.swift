import Foundation
import Measuring

/// Accesses to numbered things, of which the first is wanted most, the second less, and so on by Zipf's law.
struct ZipfTrace: Sendable {
    static let keyCount = 100_000
    private static let accessCount = 1_000_000
    private static let exponent = 0.99

    let accesses: [Int]

    init() {
        var sum = 0.0
        let sums = (1...ZipfTrace.keyCount).map { rank in
            sum += 1 / pow(Double(rank), ZipfTrace.exponent)
            return sum
        }
        var random = SplitMix(seed: 0x21BF)
        accesses = (0..<ZipfTrace.accessCount).map { _ in
            let place = Double.random(in: 0..<sum, using: &random)
            return ZipfTrace.first(of: sums, above: place)
        }
    }

    private static func first(of sums: [Double], above place: Double) -> Int {
        var (low, high) = (0, sums.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] > place { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
