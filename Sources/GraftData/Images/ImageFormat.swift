internal import CImageFiles

/// The formats in which images are read.
public enum ImageFormat: String, Sendable, Hashable, CaseIterable {
  /// JPEG, baseline and progressive: read where the package trait `ImageFiles` is on.
  case jpeg = "JPEG"
  /// PNG: read where the package trait `ImageFiles` is on.
  case png = "PNG"
  /// PGM and PPM, as text or binary (P2, P3, P5, P6): always read.
  case portableMap = "PNM"

  /// Whether this build reads the format.
  public var isReadable: Bool { self == .portableMap || graft_image_files_available() }

  /// The formats whose files have this extension, in any case.
  static func hasExtension(_ name: String) -> Bool {
    ["jpg", "jpeg", "png", "ppm", "pgm"].contains(name.lowercased())
  }

  /// What a file is, going by its first bytes; whatever its name says.
  init(recognizing bytes: [UInt8]) throws(DataError) {
    if bytes.starts(with: [0xFF, 0xD8]) {
      self = .jpeg
    } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if bytes.count >= 2, bytes[0] == UInt8(ascii: "P"), (0x31...0x37).contains(bytes[1]) {
      self = .portableMap
    } else {
      throw Self.unrecognized(bytes)
    }
  }

  private static func unrecognized(_ bytes: [UInt8]) -> DataError {
    guard !bytes.isEmpty else {
      return DataError(.truncated, at: .byte(0), "the file is empty", advice: "Fetch the file again")
    }
    let others: [(name: String, offset: Int, mark: String)] = [
      ("GIF", 0, "GIF8"), ("BMP", 0, "BM"), ("TIFF", 0, "II*"), ("TIFF", 0, "MM\0*"), ("WebP", 8, "WEBP"),
      ("HEIF or AVIF", 4, "ftyp"), ("JPEG XL", 4, "JXL "), ("an HTML page", 0, "<!DOCTYPE"),
    ]
    for other in others where bytes.dropFirst(other.offset).starts(with: other.mark.utf8) {
      return DataError(
        .unsupported, at: .byte(0), "the file is \(other.name), not JPEG, PNG, PPM or PGM",
        advice: "Convert it to one of these")
    }
    return DataError(
      .malformed, at: .byte(0), "the file is neither JPEG, PNG, PPM nor PGM, going by its first bytes",
      advice: "Check that it is an image, or fetch it again")
  }
}
