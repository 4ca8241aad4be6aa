/// An amount as the report prints it: to the cent, with a space between thousands.
struct Money: CustomStringConvertible {
    let amount: Double

    init(_ amount: Double) {
        self.amount = amount
    }

    var description: String {
        let cents = Int((amount * 100).rounded())
        let fraction = String(cents.magnitude % 100)
        let padding = fraction.count < 2 ? "0" : ""
        return (cents < 0 ? "-" : "") + grouped(cents.magnitude / 100) + "." + padding + fraction
    }
}

/// A whole number with a space between thousands: 1 234 567.
func grouped(_ number: some BinaryInteger) -> String {
    var text = ""
    for (place, digit) in String(number).reversed().enumerated() {
        if place > 0, place % 3 == 0, digit != "-" { text.append(" ") }
        text.append(digit)
    }
    return String(text.reversed())
}
