import Testing

@testable import ScoutPipeline

@Suite struct ByteSourceTests {
  private func readAll(_ source: any ByteSource) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1000, alignment: 1)
    defer { buffer.deallocate() }
    while true {
      let count = try source.read(into: buffer)
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  private func code(_ body: () throws -> Void) -> IngestError.Code? {
    do {
      try body()
      return nil
    } catch { return (error as? IngestError)?.code }
  }

  @Test func `a missing file, a folder and an empty folder are told apart`() throws {
    try TestFiles.withTemporaryFolder { folder in
      #expect(code { _ = try FileByteSource(path: folder + "/none.jsonl") } == .notFound)
      #expect(code { _ = try FileByteSource(path: folder) } == .isDirectory)
      #expect(code { _ = try InputFile.expand(folder) } == .emptyFolder)
      #expect(code { _ = try InputFile.expand(folder + "/none") } == .notFound)
      #expect(
        throws: IngestError(.notFound, source: folder + "/none.jsonl", "no such file; check the path")
      ) { try RecordDecoder.open(.path(folder + "/none.jsonl"), options: testOptions()) }
      try TestFiles.write([], to: folder + "/notes.txt")
      #expect(
        code { _ = try RecordDecoder.open(.path(folder + "/notes.txt"), options: testOptions()) } == .unknownFormat)
    }
  }

  @Test func `an empty file is read, with a notice`() throws {
    try TestFiles.withTemporaryFolder { folder in
      for (name, text) in [
        ("a.jsonl", ""), ("b.jsonl", "\n \r\n"), ("c.csv", ""),
        ("d.csv", "transaction_id,store_id,ts,sku,brand,category,qty,unit_price\n"),
      ] {
        try TestFiles.write(Array(text.utf8), to: "\(folder)/\(name)")
        let decoder = try RecordDecoder.open(.path("\(folder)/\(name)"), options: testOptions())
        #expect(try decoder.nextBatch(limit: 10) == nil, "\(name)")
        #expect(decoder.notices.map(\.code) == [.emptyInput], "\(name)")
      }
    }
  }

  @Test func `a folder stands for its files in order`() throws {
    try TestFiles.withTemporaryFolder { folder in
      for name in ["b.csv", "a.jsonl.gz", "C.NDJSON", "read.me", ".hidden.csv", "z.tsv"] {
        try TestFiles.write([], to: "\(folder)/\(name)")
      }
      let (files, notices) = try InputFile.expand(folder + "/")
      #expect(files.map(\.name) == ["C.NDJSON", "a.jsonl.gz", "b.csv", "z.tsv"].map { "\(folder)/\($0)" })
      #expect(notices.map(\.source) == ["\(folder)/read.me"])
      #expect(try InputFile.expand(folder + "/b.csv").files == [.path(folder + "/b.csv")])
    }
  }

  @Test(arguments: [1, 2, 3, 7, 100, 100_000])
  func `gzip is recognised and members are joined, whatever the pieces`(_ chunk: Int) throws {
    let text = Array(String(repeating: "abc déf\n", count: 5000).utf8)
    let two = gzip(Array(text.prefix(17_000))) + gzip([]) + gzip(Array(text.dropFirst(17_000))) + [0, 0, 0]
    let source = GzipByteSource(BufferByteSource(two, chunkSize: chunk), inputBytes: 64)
    #expect(try readAll(source) == text)
    #expect(source.bytesConsumed == Int64(two.count))
    #expect(try readAll(GzipByteSource(BufferByteSource(text, chunkSize: chunk))) == text)
    #expect(try readAll(GzipByteSource(BufferByteSource([0x1F], chunkSize: chunk))) == [0x1F])
  }

  @Test func `truncated gzip gives every whole record, then says so`() throws {
    let lines = (1...200).map { record("T\($0)") + "\n" }.joined()
    let whole = gzip(Array(lines.utf8))
    let decoder = try RecordDecoder(
      BufferByteSource(Array(whole.prefix(whole.count * 2 / 3)), name: "cut.gz"), format: .jsonLines,
      options: testOptions())
    var count = 0
    let error = #expect(throws: IngestError.self) {
      while let batch = try decoder.nextBatch(limit: 50) { count += batch.acceptedCount }
    }
    #expect(error?.code == .truncatedGzip)
    #expect(error?.source == "cut.gz")
    #expect(count > 50 && count < 200)
    #expect(throws: IngestError.self) { try decoder.nextBatch(limit: 50) }
  }

  @Test func `damaged gzip and foreign bytes behind it are errors`() throws {
    var bytes = gzip(Array(String(repeating: "hello ", count: 1000).utf8))
    #expect(code { _ = try readAll(GzipByteSource(BufferByteSource(bytes + [1, 2, 3]))) } == .corruptGzip)
    bytes[bytes.count - 6] ^= 0xFF
    #expect(code { _ = try readAll(GzipByteSource(BufferByteSource(bytes))) } == .corruptGzip)
  }

  @Test func `the digest of a file is SHA-256`() throws {
    try TestFiles.withTemporaryFolder { folder in
      try TestFiles.write(Array("abc".utf8), to: folder + "/f")
      // FIPS 180-4's example.
      #expect(
        try Digests.fileSHA256(path: folder + "/f")
          == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
  }
}
