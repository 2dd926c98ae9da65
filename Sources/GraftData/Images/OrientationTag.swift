extension ImageOrientation {
  // Metadata are a courtesy: whatever is wrong with them, the image is taken to be upright.

  /// What a JPEG file's EXIF segment says, if there is one before the pixels.
  init(jpeg bytes: [UInt8]) {
    self = .upright
    var offset = 2
    while offset + 4 <= bytes.count, bytes[offset] == 0xFF {
      let marker = bytes[offset + 1]
      // Fill bytes may precede a marker.
      if marker == 0xFF {
        offset += 1
        continue
      }
      let length = Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3])
      // The pixels begin, or something that is no segment.
      guard marker != 0xDA, marker != 0xD9, length >= 2 else { return }
      let content = bytes[min(offset + 4, bytes.count)..<min(offset + 2 + length, bytes.count)]
      if marker == 0xE1, content.starts(with: [0x45, 0x78, 0x69, 0x66, 0, 0]) {
        self = ImageOrientation(exif: content.dropFirst(6)) ?? .upright
        return
      }
      offset += 2 + length
    }
  }

  /// What a PNG file's eXIf chunk says, if there is one.
  init(png bytes: [UInt8]) {
    self = .upright
    var offset = 8
    while offset + 12 <= bytes.count {
      let length = bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - offset - 12 else { return }
      if bytes[(offset + 4)..<(offset + 8)].elementsEqual("eXIf".utf8) {
        self = ImageOrientation(exif: bytes[(offset + 8)..<(offset + 8 + length)]) ?? .upright
        return
      }
      offset += 12 + length
    }
  }

  /// What the first directory of an EXIF block (a TIFF header and what follows) says.
  init?(exif block: ArraySlice<UInt8>) {
    let fields = TIFFNumbers(block)
    guard let fields, let directory = fields.number(at: 4, bytes: 4),
      let count = fields.number(at: directory, bytes: 2)
    else { return nil }
    for index in 0..<count {
      let entry = directory + 2 + 12 * index
      guard let tag = fields.number(at: entry, bytes: 2) else { return nil }
      // One 16-bit number, which stands in the entry itself.
      if tag == 0x0112, fields.number(at: entry + 2, bytes: 2) == 3,
        fields.number(at: entry + 4, bytes: 4) == 1
      {
        self.init(rawValue: fields.number(at: entry + 8, bytes: 2) ?? 0)
        return
      }
    }
    return nil
  }
}

/// The numbers in a TIFF block, whose first bytes say which end of a number comes first.
private struct TIFFNumbers {
  private let block: ArraySlice<UInt8>
  private let isLittleEndian: Bool

  init?(_ block: ArraySlice<UInt8>) {
    self.block = block
    switch block.prefix(4) {
    case [0x49, 0x49, 42, 0]: isLittleEndian = true
    case [0x4D, 0x4D, 0, 42]: isLittleEndian = false
    default: return nil
    }
  }

  /// The number at an offset from the beginning of the block, if it lies in it.
  func number(at offset: Int, bytes count: Int) -> Int? {
    guard offset <= block.count - count else { return nil }
    let start = block.startIndex + offset
    let digits = block[start..<(start + count)]
    return isLittleEndian
      ? digits.reversed().reduce(0) { $0 << 8 | Int($1) } : digits.reduce(0) { $0 << 8 | Int($1) }
  }
}
