import Testing

@testable import StoreCore

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01", Int64(0)), ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999999Z", -1),
        ("2024-01-15T00:30:00+02:00", 1_705_271_400_000_000),
        ("2024-01-14T22:30:00Z", 1_705_271_400_000_000),
        ("2024-01-15T00:30:00-00:00", 1_705_278_600_000_000), ("2024-02-29", 1_709_164_800_000_000),
        ("2000-02-29T12:00:00.5Z", 951_825_600_500_000),
        ("2024-01-15t00:30:00z", 1_705_278_600_000_000),
        ("2024-01-15 00:30:00Z", 1_705_278_600_000_000),
        ("1970-01-01T00:00:00.1234567899Z", 123_456),
        ("0000-01-01", -62_167_219_200_000_000),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999_000),
        ("+010000-01-01", 253_402_300_800_000_000),
        ("-000001-12-31T00:00:00+23:59", -62_167_391_940_000_000),
    ])
    func `ISO 8601 is read`(text: String, microseconds: Int64) {
        #expect(Timestamp(iso8601: text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        "", "2024", "2024-01", "2024-1-15", "2024-01-15T", "2024-01-15T00:30",
        "2024-01-15T00:30:00",
        "2024-02-30", "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-01-00",
        "2024-04-31",
        "2024-01-15T24:00:00Z", "2024-01-15T00:60:00Z", "2024-01-15T00:00:60Z",
        "2024-01-15T00:30:00.Z",
        "2024-01-15T00:30:00+0200", "2024-01-15T00:30:00+2:00", "2024-01-15T00:30:00+24:00",
        "2024-01-15T00:30:00+02:60", "2024-01-15T00:30:00Zx", " 2024-01-15", "2024-01-15 ",
        "2024/01/15",
        "20240115", "999999-01-01", "+999999-01-01", "-999999-12-31", "２０２４-01-15",
        "2024-01-15T00:30:00é",
        "+294247-01-10T04:00:54.775808Z", "-290308-12-21T19:59:05.224191Z", "2024-01-15T-1:00:00Z",
        "2024-01-15\u{0}", "-", "+", "--------------------",
    ])
    func `What is no ISO 8601 is refused`(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    @Test func `A text without end is refused without being read`() {
        #expect(
            Timestamp(
                iso8601: "2024-01-15T00:30:00." + String(repeating: "0", count: 1 << 20) + "Z")
                == nil)
    }

    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00Z"), (1_000, "1970-01-01T00:00:00.001Z"),
        (1, "1970-01-01T00:00:00.000001Z"),
        (-1, "1969-12-31T23:59:59.999999Z"), (253_402_300_800_000_000, "+010000-01-01T00:00:00Z"),
        (.max, "+294247-01-10T04:00:54.775807Z"), (.min, "-290308-12-21T19:59:05.224192Z"),
        (-62_167_219_200_000_001, "-000001-12-31T23:59:59.999999Z"),
    ])
    func `ISO 8601 is written in UTC, with a fraction only where there is one`(
        microseconds: Int64, text: String
    ) {
        #expect(Timestamp(microseconds: microseconds).iso8601 == text)
    }

    @Test(arguments: valueSeeds)
    func `Every point comes back from its text`(seed: UInt64) {
        var generator = ValueGenerator(seed: seed)
        for _ in 0..<500 {
            let point = Timestamp(microseconds: generator.integer())
            #expect(Timestamp(iso8601: point.iso8601) == point)
        }
        for point in [Timestamp.distantPast, .distantFuture] {
            #expect(Timestamp(iso8601: point.iso8601) == point)
        }
    }

    @Test func `Every day of four centuries has its own date`() {
        for day in stride(from: -750_000, to: 750_000, by: 37) {
            let date = CalendarDate(daysSince1970: day)
            #expect(date.daysSince1970 == day)
            #expect(CalendarDate(year: date.year, month: date.month, day: date.day) != nil)
        }
    }

    @Test func `Arithmetic ends at the ends of time`() {
        let point = Timestamp(microseconds: 10)
        #expect(point + .microseconds(5) == Timestamp(microseconds: 15))
        #expect(point - .microseconds(15) == Timestamp(microseconds: -5))
        #expect(point + .nanoseconds(1_999) == Timestamp(microseconds: 11))
        #expect(Timestamp.distantFuture + .seconds(1) == .distantFuture)
        #expect(Timestamp.distantPast - .seconds(1) == .distantPast)
        #expect(point + .seconds(Int64.max) == .distantFuture)
        #expect(point - .seconds(Int64.max) == .distantPast)
        #expect(point + .seconds(Int64.min) == .distantPast)
        #expect(point - .seconds(Int64.min) == .distantFuture)
        #expect(point + Duration.seconds(Int64.max) * 10 == .distantFuture)
        #expect(point + .microseconds(Int64.max) == .distantFuture)
        #expect(Timestamp.distantPast + .microseconds(Int64.max) == Timestamp(microseconds: -1))
        #expect(Timestamp.distantFuture + .microseconds(Int64.min) == Timestamp(microseconds: -1))
    }

    @Test func `Distances are exact even from end to end`() {
        let whole = Timestamp.distantPast.duration(to: .distantFuture)
        #expect(whole == .microseconds(Int64.max) - .microseconds(Int64.min))
        #expect(
            Timestamp(microseconds: 5).duration(to: Timestamp(microseconds: 2)) == .microseconds(-3)
        )
    }

    @Test(arguments: [
        (0.0, Int64(0)), (1.5, 1_500_000), (-0.0000004, 0), (1e300, .max), (-1e300, .min),
        (.infinity, .max),
        (-.infinity, .min), (.nan, 0), (9.3e12, .max),
    ])
    func `Seconds become a point, whatever they are`(seconds: Double, microseconds: Int64) {
        #expect(Timestamp(seconds: seconds).microseconds == microseconds)
    }
}
