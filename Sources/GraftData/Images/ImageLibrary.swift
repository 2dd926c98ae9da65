internal import CImageFiles
import GraftTensor

/// libjpeg or libpng, behind what `CImageFiles` makes of them.
enum ImageLibrary {
  case jpeg
  case png

  /// Files of more scans take time without end, and no encoder writes them.
  private static let maximumScans: UInt32 = 100

  /// The size that the header announces.
  func size(of bytes: [UInt8]) throws(DataError) -> ImageSize {
    var size = graft_image_size()
    try withSource(bytes) { source, fault in
      switch self {
      case .jpeg: graft_jpeg_size(source, &size, &fault)
      case .png: graft_png_size(source, &size, &fault)
      }
    }
    return ImageSize(height: Int(size.height), width: Int(size.width))
  }

  /// What the file says about its orientation.
  func orientation(_ bytes: [UInt8]) -> ImageOrientation {
    switch self {
    case .jpeg: ImageOrientation(jpeg: bytes)
    case .png: ImageOrientation(png: bytes)
    }
  }

  /// All pixels, turned as `orientation` says; `stored` is the file's size divided by the denominator.
  func decode(
    _ bytes: [UInt8], denominator: Int, stored: ImageSize, _ orientation: ImageOrientation,
    _ decoding: ImageDecoding
  ) throws(DataError) -> Tensor<UInt8> {
    let upright = orientation.upright(stored)
    let placement = orientation.placement(of: stored)
    var target = graft_image_target()
    target.channels = Int32(decoding.channels.count)
    target.size = graft_image_size(width: UInt32(stored.width), height: UInt32(stored.height))
    target.plane_step = stored.height * stored.width
    (target.first, target.row_step, target.column_step) = placement
    if case .over(let red, let green, let blue) = decoding.alpha {
      target.blends = true
      target.background = (red, green, blue)
    }
    return try filled([decoding.channels.count, upright.height, upright.width]) { planes, fault in
      target.planes = planes
      return bytes.withUnsafeBufferPointer { bytes in
        let source = graft_image_source(bytes: bytes.baseAddress, count: bytes.count)
        return switch self {
        case .jpeg: graft_jpeg_decode(source, UInt32(denominator), Self.maximumScans, &target, &fault)
        case .png: graft_png_decode(source, &target, &fault)
        }
      }
    }
  }

  /// A tensor that `body` fills, or the fault that it reports; what it has written until then is dropped.
  private func filled(
    _ shape: Shape, _ body: (UnsafeMutablePointer<UInt8>?, inout graft_image_fault) -> Bool
  ) throws(DataError) -> Tensor<UInt8> {
    var fault = graft_image_fault()
    var isDone = false
    let pixels = Tensor<UInt8>(shape: shape) { isDone = body($0.baseAddress, &fault) }
    guard isDone else { throw error(fault) }
    return pixels
  }

  private func withSource(
    _ bytes: [UInt8], _ body: (graft_image_source, inout graft_image_fault) -> Bool
  ) throws(DataError) {
    var fault = graft_image_fault()
    let isDone = bytes.withUnsafeBufferPointer {
      body(graft_image_source(bytes: $0.baseAddress, count: $0.count), &fault)
    }
    guard isDone else { throw error(fault) }
  }

  private func error(_ fault: graft_image_fault) -> DataError {
    let format = self == .jpeg ? ImageFormat.jpeg : .png
    let said = withUnsafeBytes(of: fault.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    let place = DataError.Place.byte(fault.offset)
    return switch fault.status {
    case GRAFT_IMAGE_UNAVAILABLE:
      DataError(
        .unsupported, "this build of Graft does not read \(format.rawValue) files",
        advice: "Turn on the package trait ImageFiles: swift build --traits ImageFiles, or "
          + "traits: [\"ImageFiles\"] where your Package.swift depends on Graft; it needs libjpeg and libpng")
    case GRAFT_IMAGE_TRUNCATED:
      DataError(
        .truncated, at: place, "the \(format.rawValue) data end early (\(said))",
        advice: "Fetch the file again")
    case GRAFT_IMAGE_UNSUPPORTED:
      DataError(
        .unsupported, at: place, "the \(format.rawValue) file is of a kind that is not decoded (\(said))",
        advice: "Convert it to an ordinary one of 8 bits a channel")
    case GRAFT_IMAGE_TOO_LARGE:
      DataError(
        .tooLarge, at: place, "the \(format.rawValue) file has \(said)",
        advice: "It was made to waste time; leave it out")
    case GRAFT_IMAGE_OUT_OF_MEMORY:
      DataError(
        .tooLarge, at: place, "there is not enough memory for the image (\(said))",
        advice: "Free memory, or lower maximumPixels")
    default:
      DataError(
        .malformed, at: place, "the \(format.rawValue) data are damaged (\(said))",
        advice: "Fetch the file again")
    }
  }
}
