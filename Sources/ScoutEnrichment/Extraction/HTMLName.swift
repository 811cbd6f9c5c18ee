/// The names of tags and attributes that matter, each as the number that ``HTMLTokenizer`` computes for it.
///
/// A name's number is the FNV-1a hash of its lower-case bytes; comparing eight bytes beats comparing texts.
/// Source: <https://www.rfc-editor.org/rfc/rfc9923>
enum HTMLName {
  static let seed: UInt64 = 0xCBF2_9CE4_8422_2325
  static let prime: UInt64 = 0x100_0000_01B3

  /// The number of a name.
  static func number(_ name: String) -> UInt64 {
    var hash = seed
    for byte in name.utf8 { hash = (hash ^ UInt64(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte)) &* prime }
    return hash
  }

  static let a: UInt64 = 0xAF63_DC4C_8601_EC8C
  static let about: UInt64 = 0x3F74_142D_6181_EA7E
  static let alt: UInt64 = 0xE6F0_A319_0519_E83C
  static let area: UInt64 = 0x8950_2E84_3EC2_B8C4
  static let article: UInt64 = 0xAAA9_F11A_DEB0_7AF9
  static let aside: UInt64 = 0xE8BF_73BC_4316_61A7
  static let audio: UInt64 = 0xED4D_DE8C_F0D4_5559
  static let base: UInt64 = 0x9A7C_E19B_AA54_C278
  static let body: UInt64 = 0xCD4D_E79B_C6C9_3295
  static let br: UInt64 = 0x08A6_4607_B54D_F055
  static let button: UInt64 = 0x1AA9_C45C_0F9E_F371
  static let charset: UInt64 = 0x8A3E_AB78_0349_77EB
  static let `class`: UInt64 = 0xD116_5595_2FCB_AB9F
  static let col: UInt64 = 0xF604_F319_0D01_6791
  static let content: UInt64 = 0x420C_75B5_26B3_5282
  static let data: UInt64 = 0x855B_5567_30A3_4A05
  static let datetime: UInt64 = 0x06B4_49FA_C3C9_11B0
  static let dd: UInt64 = 0x0891_5407_B53B_AC15
  static let del: UInt64 = 0xCA9A_2418_F461_F5CA
  static let div: UInt64 = 0xCAA8_3A18_F46E_5888
  static let dt: UInt64 = 0x0891_4407_B53B_90E5
  static let embed: UInt64 = 0x0B0E_48B4_160D_CA6E
  static let fieldset: UInt64 = 0x661A_ECE5_5308_0BDD
  static let footer: UInt64 = 0xEA90_5771_9FAD_3A72
  static let form: UInt64 = 0xDD1D_0F79_0C2F_1BE7
  static let frame: UInt64 = 0xD8D4_3356_28B3_5226
  static let h1: UInt64 = 0x08BA_8707_B55F_07D2
  static let h2: UInt64 = 0x08BA_8607_B55F_061F
  static let h3: UInt64 = 0x08BA_8507_B55F_046C
  static let head: UInt64 = 0x0A8F_12CC_5F9A_0C03
  static let header: UInt64 = 0x3A50_6CB5_0176_1960
  static let hidden: UInt64 = 0xA000_C4DF_2315_28B9
  static let hr: UInt64 = 0x08BA_4607_B55E_995F
  static let href: UInt64 = 0x9AB8_EDCC_2079_9138
  static let html: UInt64 = 0x888B_B1CC_15EF_7930
  static let httpEquiv: UInt64 = 0x904A_920D_778A_4A86
  static let id: UInt64 = 0x08B7_2E07_B55C_3AC0
  static let iframe: UInt64 = 0xCD81_7337_396F_4881
  static let img: UInt64 = 0x2B9C_EE19_2BD2_7584
  static let input: UInt64 = 0x1EBB_AE8F_5810_B65B
  static let itemid: UInt64 = 0x67E1_B813_ABAD_5D3B
  static let itemprop: UInt64 = 0x5F10_09F6_A5C3_C107
  static let itemref: UInt64 = 0x5D3B_F36C_D020_8187
  static let itemscope: UInt64 = 0x5C9E_AC38_3244_CDE2
  static let itemtype: UInt64 = 0xFF4F_13D3_AC43_8B16
  static let lang: UInt64 = 0x0460_DFAD_9060_B275
  static let li: UInt64 = 0x08AD_3707_B553_F586
  static let link: UInt64 = 0xBF4B_9BAD_694F_4809
  static let main: UInt64 = 0x1F59_62A2_CE98_03C8
  static let meta: UInt64 = 0x4320_E9A2_E32E_AC38
  static let meter: UInt64 = 0x3FA7_41C8_085A_F182
  static let name: UInt64 = 0xC4BC_ADBA_8E63_1B86
  static let noembed: UInt64 = 0x9623_409C_FDC2_1D47
  static let noframes: UInt64 = 0xE4D0_4D98_199D_27C8
  static let noscript: UInt64 = 0xF521_EFD0_12D6_D3D1
  static let object: UInt64 = 0x8DFE_AF99_50DF_0FFA
  static let ol: UInt64 = 0x08B0_5A07_B556_66D6
  static let option: UInt64 = 0x03C1_19C7_2669_2754
  static let p: UInt64 = 0xAF63_ED4C_8602_096F
  static let param: UInt64 = 0x0C11_93A7_A1C3_63D2
  static let path: UInt64 = 0x03C5_2D0D_EBD7_0676
  static let plaintext: UInt64 = 0x5D2D_D947_2A9B_A0A0
  static let `prefix`: UInt64 = 0xBA88_21B5_7253_1E29
  static let property: UInt64 = 0x58DA_6B1C_CD7C_4488
  static let rel: UInt64 = 0x89E9_C619_60F4_CFB4
  static let resource: UInt64 = 0xB571_C404_C5B2_FD35
  static let s: UInt64 = 0xAF63_EE4C_8602_0B22
  static let script: UInt64 = 0xACFC_8229_3C04_634A
  static let section: UInt64 = 0xA699_EAE1_563F_E6EC
  static let select: UInt64 = 0xBD76_100B_D58C_9C0D
  static let source: UInt64 = 0x76DB_DC22_8F78_2DB8
  static let span: UInt64 = 0x8B7D_C019_093C_D0E1
  static let src: UInt64 = 0x8259_9419_5CFB_21C9
  static let strike: UInt64 = 0x703A_EED8_FAA1_A0EF
  static let strong: UInt64 = 0xA5E9_F6D9_1985_A3DA
  static let style: UInt64 = 0xBF72_82AD_BC70_13F6
  static let sup: UInt64 = 0x8271_8B19_5D0F_A45F
  static let svg: UInt64 = 0x8267_A819_5D07_8121
  static let table: UInt64 = 0x7720_3729_B376_A83F
  static let tbody: UInt64 = 0xE1CB_381F_1F50_1FAB
  static let td: UInt64 = 0x08C8_3407_B56A_B825
  static let template: UInt64 = 0x3360_9A5E_9EB9_2F4B
  static let textarea: UInt64 = 0xEB8E_BFA0_BD37_D89B
  static let tfoot: UInt64 = 0xE444_4542_7473_91BB
  static let th: UInt64 = 0x08C8_3807_B56A_BEF1
  static let thead: UInt64 = 0xEB21_8F72_5DDD_9B79
  static let time: UInt64 = 0x1E54_85EF_2E9F_9384
  static let title: UInt64 = 0xDA31_296C_0C1B_6029
  static let tr: UInt64 = 0x08C8_3E07_B56A_C923
  static let track: UInt64 = 0xDEC5_98A6_C4EB_90BC
  static let type: UInt64 = 0xA794_39EF_7BFA_9C2D
  static let typeof: UInt64 = 0x6904_003F_4C35_B8C0
  static let ul: UInt64 = 0x08C4_5607_B567_0914
  static let value: UInt64 = 0x7CE4_FD94_30E8_0CEA
  static let video: UInt64 = 0xC36A_8B51_A75F_C34C
  static let vocab: UInt64 = 0x2BF0_7D82_58AF_31AC
  static let wbr: UInt64 = 0x5EA3_F719_4874_7A2A
  static let xmp: UInt64 = 0xBFB0_BC19_7FED_45EA
}
