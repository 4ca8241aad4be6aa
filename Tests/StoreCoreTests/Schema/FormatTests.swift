import Testing

@testable import StoreCore

@Suite struct TextFormatTests {
    @Test(arguments: [
        "a@b.c", "first.last+tag@sub.example.com", "ü@münchen.de", "\"odd\"@example.com", "a@b..c",
        "x@1.2",
    ])
    func `Email addresses are taken`(text: String) {
        #expect(Column.Format.email.accepts(text))
    }

    @Test(arguments: [
        "", "@", "a", "a@", "@b.c", "a@b", "a@@b.c", "a@b@c.d", "a b@c.d", "a@b.c ", "a@b.", "a@.b",
        "a@.", "a@b\t.c",
        "a@b.c\n", "a\u{A0}@b.c", "a@b\u{2003}.c", "a\0@b.c",
    ])
    func `What is no email address is refused`(text: String) {
        #expect(!Column.Format.email.accepts(text))
    }

    @Test(arguments: [
        "http://example.com", "https://user:pass@example.com:8080/a/b?c=d#e",
        "ftp://files.example.com/x",
        "HTTP://EXAMPLE.COM", "https://[::1]:80/", "http://münchen.de", "mailto:a@b.c",
        "urn:isbn:0451450523",
        "tel:+49-30-1", "file:///etc/hosts", "custom+v1.0://host", "http://127.0.0.1", "http://h?q",
        "https://h#f",
        "http://host:",
    ])
    func `URLs are taken`(text: String) {
        #expect(Column.Format.url.accepts(text))
    }

    @Test(arguments: [
        "", "example.com", "/path", "//example.com", "http://", "http:", "http:example.com",
        "https:///x",
        "http://exa mple.com", "http://example.com/a b", "1http://x", ":x", "mailto:", "http://:80",
        "http://host:99999", "http://host:8a", "http://[::1", "http://[]", "http://[zz::]/",
        "http://a<b>",
        "file://", "http://user@", "http://?q", "http://x\ny", "hä://x",
        "http://host:99999999999999999999999",
    ])
    func `What is no URL is refused`(text: String) {
        #expect(!Column.Format.url.accepts(text))
    }

    @Test(arguments: [
        "2024-01-15", "2024-01-15T00:30:00+02:00", "2024-02-29", "2024-01-15T23:59:59.999Z",
    ])
    func `ISO dates are taken`(text: String) {
        #expect(Column.Format.isoDate.accepts(text))
    }

    @Test(arguments: [
        "", "2024-02-30", "2023-02-29", "15.01.2024", "2024-01-15T00:30", "+010000-01-01", "now",
    ])
    func `What is no ISO date is refused`(text: String) {
        #expect(!Column.Format.isoDate.accepts(text))
    }
}
