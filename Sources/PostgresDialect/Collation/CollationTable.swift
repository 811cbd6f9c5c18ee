/// The collation elements of characters in CLDR's root order, which en_US does not tailor; made by
/// Tests/differential/collation.py with ICU 72.
///
/// Words between blanks: `41:` sets the code point of the next one. Each other word holds one code point's elements,
/// with commas between: the rank of the primary weight, the secondary and the tertiary weight in base 36; left out they
/// are 5. `_` has no elements, and `+n` stands for n code points whose ranks follow one upon the other. Other
/// code points sort by their numbers behind these.
/// Source: <https://www.unicode.org/reports/tr35/tr35-collation.html#Root_Collation>
enum CollationTable {
  static let words = """
    0: _ _ _ _ _ _ _ _ _ 1 +4 _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ 9 t 1h 4f 3n4 4g 4d 1a 1r +1 48 b5 o d y 4b 3oa +9
    s q b9 +2 v 47 3ok.5.s 3op.5.s 3ou.5.s 3oz.5.s 3p5.5.s 3ph.5.s 3pk.5.s 3ps.5.s 3pz.5.s 3q4.5.s 3qa.5.s 3qd.5.s
    3qn.5.s 3qp.5.s 3qw.5.s 3r2.5.s 3r5.5.s 3r9.5.s 3rk.5.s 3rt.5.s 3s1.5.s 3s9.5.s 3sd.5.w 3sf.5.s 3sg.5.s 3sm.5.s
    1t 4c 1u 56 b 53 3ok 3op 3ou 3oz 3p5 3ph 3pk 3ps 3pz 3q4 3qa 3qd 3qn 3qp 3qw 3r2 3r5 3r9 3rk 3rt 3s1 3s9 3sd 3sf
    +1 3sm 1v bd 1w bf _ _ _ _ _ _ 6 _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ 9.5.14 u 3n3 3n5 3n2 3n6 be
    44 5a 71 3ok.5.17 1p bc _ 73 57 6z b6 3oc.5.10 3od.5.10 54 3u2.5.g 45 10 5d 3ob.5.10 3qw.5.17 1q
    3ob.5.1f,bl.5.w,3oe.5.1f 3ob.5.1f,bl.5.w,3oc.5.1f 3od.5.1f,bl.5.w,3oe.5.1f w 3ok.5.s,0.3u 3ok.5.s,0.3s
    3ok.5.s,0.3y 3ok.5.s,0.4a 3ok.5.s,0.46 3ok.5.s,0.42 3ok.34.w,3p5.5.y 3ou.5.s,0.4g 3p5.5.s,0.3u 3p5.5.s,0.3s
    3p5.5.s,0.3y 3p5.5.s,0.46 3pz.5.s,0.3u 3pz.5.s,0.3s 3pz.5.s,0.3y 3pz.5.s,0.46 3oz.34.w 3qp.5.s,0.4a 3qw.5.s,0.3u
    3qw.5.s,0.3s 3qw.5.s,0.3y 3qw.5.s,0.4a 3qw.5.s,0.46 b8 3qw.5.s,0.4e 3s1.5.s,0.3u 3s1.5.s,0.3s 3s1.5.s,0.3y
    3s1.5.s,0.46 3sg.5.s,0.3s 3sw.5.w 3rk.34,3rk.5.j 3ok,0.3u 3ok,0.3s 3ok,0.3y 3ok,0.4a 3ok,0.46 3ok,0.42
    3ok.34,3p5.5.j 3ou,0.4g 3p5,0.3u 3p5,0.3s 3p5,0.3y 3p5,0.46 3pz,0.3u 3pz,0.3s 3pz,0.3y 3pz,0.46 3oz.34 3qp,0.4a
    3qw,0.3u 3qw,0.3s 3qw,0.3y 3qw,0.4a 3qw,0.46 b7 3qw,0.4e 3s1,0.3u 3s1,0.3s 3s1,0.3y 3s1,0.46 3sg,0.3s 3sw
    3sg,0.46 3ok.5.s,0.4k 3ok,0.4k 3ok.5.s,0.3w 3ok,0.3w 3ok.5.s,0.4i 3ok,0.4i 3ou.5.s,0.3s 3ou,0.3s 3ou.5.s,0.3y
    3ou,0.3y 3ou.5.s,0.4c 3ou,0.4c 3ou.5.s,0.40 3ou,0.40 3oz.5.s,0.40 3oz,0.40 3oz.5.s,0.4y 3oz,0.4y 3p5.5.s,0.4k
    3p5,0.4k 3p5.5.s,0.3w 3p5,0.3w 3p5.5.s,0.4c 3p5,0.4c 3p5.5.s,0.4i 3p5,0.4i 3p5.5.s,0.40 3p5,0.40 3pk.5.s,0.3y
    3pk,0.3y 3pk.5.s,0.3w 3pk,0.3w 3pk.5.s,0.4c 3pk,0.4c 3pk.5.s,0.4g 3pk,0.4g 3ps.5.s,0.3y 3ps,0.3y 3ps.5.s,0.4y
    3ps,0.4y 3pz.5.s,0.4a 3pz,0.4a 3pz.5.s,0.4k 3pz,0.4k 3pz.5.s,0.3w 3pz,0.3w 3pz.5.s,0.4i 3pz,0.4i 3pz.5.s,0.4c
    3q0 3pz.5.y,3q4.5.y 3pz.5.j,3q4.5.j 3q4.5.s,0.3y 3q4,0.3y 3qa.5.s,0.4g 3qa,0.4g 3r8 3qd.5.s,0.3s 3qd,0.3s
    3qd.5.s,0.4g 3qd,0.4g 3qd.5.s,0.40 3qd,0.40 3qd.5.s,0.6z,0.44.0 3qd,0.6z,0.44.0 3qd.5.s,0.4y 3qd,0.4y
    3qp.5.s,0.3s 3qp,0.3s 3qp.5.s,0.4g 3qp,0.4g 3qp.5.s,0.40 3qp,0.40 3t5.5.w,3qp.5.j 3qv.5.u 3qv 3qw.5.s,0.4k
    3qw,0.4k 3qw.5.s,0.3w 3qw,0.3w 3qw.5.s,0.48 3qw,0.48 3qw.34.w,3p5.5.y 3qw.34,3p5.5.j 3r9.5.s,0.3s 3r9,0.3s
    3r9.5.s,0.4g 3r9,0.4g 3r9.5.s,0.40 3r9,0.40 3rk.5.s,0.3s 3rk,0.3s 3rk.5.s,0.3y 3rk,0.3y 3rk.5.s,0.4g 3rk,0.4g
    3rk.5.s,0.40 3rk,0.40 3rt.5.s,0.4g 3rt,0.4g 3rt.5.s,0.40 3rt,0.40 3ru.5.w 3ru 3s1.5.s,0.4a 3s1,0.4a 3s1.5.s,0.4k
    3s1,0.4k 3s1.5.s,0.3w 3s1,0.3w 3s1.5.s,0.42 3s1,0.42 3s1.5.s,0.48 3s1,0.48 3s1.5.s,0.4i 3s1,0.4i 3sd.5.w,0.3y
    3sd,0.3y 3sg.5.s,0.3y 3sg,0.3y 3sg.5.s,0.46 3sm.5.s,0.3s 3sm,0.3s 3sm.5.s,0.4c 3sm,0.4c 3sm.5.s,0.40 3sm,0.40
    3rk.38 3or 3os.5.w 3ot.5.w 3ot 3t1.5.w 3t1 3qy.5.w 3ow.5.w 3ow 3p0.5.w 3p1.5.w 3p2.5.w 3p2 3sm.5.j,3sd.5.k
    3p7.5.w 3p8.5.r 3p9.5.g 3pi.5.w 3pi 3po.5.w 3pq.5.w 3pu 3q3.5.w 3q2.5.w 3qb.5.w 3qb 3qf 3ql 3s6.5.w 3qr.5.w 3qs
    3qz.5.w 3qw.5.s,0.5a 3qw,0.5a 3pr.5.w 3pr 3r3.5.w 3r3 3ra.5.u 3sz.5.w 3sz 3rp.5.u 3rq 3rw 3rx.5.w 3rx 3ry.5.w
    3s1.5.s,0.5a 3s1,0.5a 3s8.5.w 3sa.5.w 3sj.5.w 3sj 3sn.5.w 3sn 3ss.5.u 3st.5.w 3st +1 3sy 3t0.5.w 3t0
    3rt.5.j,3rk.5.j 3sx 3te +3 3oz.5.y,3sm.5.y,0.40.w 3oz.5.y,3sm.5.j,0.40.w 3oz.5.j,3sm.5.j,0.40.w 3qd.5.y,3q4.5.y
    3qd.5.y,3q4.5.j 3qd.5.j,3q4.5.j 3qp.5.y,3q4.5.y 3qp.5.y,3q4.5.j 3qp.5.j,3q4.5.j 3ok.5.s,0.40 3ok,0.40
    3pz.5.s,0.40 3pz,0.40 3qw.5.s,0.40 3qw,0.40 3s1.5.s,0.40 3s1,0.40 3s1.5.s,0.46,0.4k 3s1,0.46,0.4k
    3s1.5.s,0.46,0.3s 3s1,0.46,0.3s 3s1.5.s,0.46,0.40 3s1,0.46,0.40 3s1.5.s,0.46,0.3u 3s1,0.46,0.3u 3p7
    3ok.5.s,0.46,0.4k 3ok,0.46,0.4k 3ok.5.s,0.4c,0.4k 3ok,0.4c,0.4k 3ok.34.w,3p5.5.y,0.4k 3ok.34,3p5.5.j,0.4k
    3pn.5.w 3pn 3pk.5.s,0.40 3pk,0.40 3qa.5.s,0.40 3qa,0.40 3qw.5.s,0.4i 3qw,0.4i 3qw.5.s,0.4i,0.4k 3qw,0.4i,0.4k
    3ss.5.u,0.40 3ss,0.40 3q4,0.40 3oz.5.y,3sm.5.y 3oz.5.y,3sm.5.j 3oz.5.j,3sm.5.j 3pk.5.s,0.3s 3pk,0.3s 3pu.5.w
    3sx.5.w 3qp.5.s,0.3u 3qp,0.3u 3ok.5.s,0.42,0.3s 3ok,0.42,0.3s 3ok.34.w,3p5.5.y,0.3s 3ok.34,3p5.5.j,0.3s
    3qw.5.s,0.4e,0.3s 3qw,0.4e,0.3s 3ok.5.s,0.54 3ok,0.54 3ok.5.s,0.58 3ok,0.58 3p5.5.s,0.54 3p5,0.54 3p5.5.s,0.58
    3p5,0.58 3pz.5.s,0.54 3pz,0.54 3pz.5.s,0.58 3pz,0.58 3qw.5.s,0.54 3qw,0.54 3qw.5.s,0.58 3qw,0.58 3r9.5.s,0.54
    3r9,0.54 3r9.5.s,0.58 3r9,0.58 3s1.5.s,0.54 3s1,0.54 3s1.5.s,0.58 3s1,0.58 3rk.5.s,0.5m 3rk,0.5m 3rt.5.s,0.5m
    3rt,0.5m 3sl.5.w 3sl 3ps.5.s,0.40 3ps,0.40 3qs.5.w 3p3 3r1.5.w 3r1 3so.5.w 3so 3ok.5.s,0.4c 3ok,0.4c
    3p5.5.s,0.4g 3p5,0.4g 3qw.5.s,0.46,0.4k 3qw,0.46,0.4k 3qw.5.s,0.4a,0.4k 3qw,0.4a,0.4k 3qw.5.s,0.4c 3qw,0.4c
    3qw.5.s,0.4c,0.4k 3qw,0.4c,0.4k 3sg.5.s,0.4k 3sg,0.4k 3qj 3qu 3rz 3q5 3oz.5.j,3op.5.j 3r5.5.j,3r2.5.j 3ol.5.w
    3ov.5.w 3ov 3qf.5.w 3rv.5.w 3rm 3sr 3t3.5.w 3t3 3or.5.w 3s2.5.w 3sc.5.w 3p6.5.w 3p6 3q6.5.w 3q6 3r7.5.w 3r7
    3rb.5.w 3rb 3si.5.w 3si 3om +2 3os 3qy 3ox 3p0 +1 3pa 3p8 3pb 3p9 3pc +2 3q8 3po 3pl +1 3pq 3pg 3s3 3pv +1 3q2
    +1 3q1 3qg +2 3qk 3s6 +1 3qo 3qr 3qt 3qq 3qz 3qx 3r0 3r4 3rc +6 3ra 3rj 3rl 3rp 3q9 3rr +1 3s0 3ry 3s2 3s8 3sa
    3sc 3se 3qm 3sh 3sp +1 3ss 3sv 3t2 3t8 3td 3ti +1 3oq 3pf 3pp 3pt 3q7 3qc 3qe 3r6 3tb +1 3oz.5.j,3sm.5.j
    3oz.5.j,3ss.5.g 3oz.5.j,3sq.5.w 3rt.5.j,3rk.5.j 3rt.5.j,3rp.5.g 3rt.5.j,3ox.5.w 3ph.5.j,3qv.5.g 3qd.5.j,3rk.5.j
    3qd.5.j,3sm.5.j 3tk +1 3s4 +1 3ps.5.17 3pv.5.1a 3q4.5.17 3r9.5.17 3rc.5.w 3re.5.w 3rj.5.w 3sd.5.1g 3sg.5.17 5k
    5m 3px 3t5 3py 3t7 3t9 3t4 3ta 5n +d 3ms +1 61 +5 58 +1 5b 5e 55 5c 67 +1 3pq.5.1a 3qd.5.17 3rk.5.17 3sf.5.17
    3t8.5.w 69 +8 3t6 6i +g 0.3u 0.3s 0.3y 0.4a 0.4k 0.50 0.3w 0.4c 0.46 0.52 0.42 0.48 0.40 0.4m 0.4m 0.54 0.56
    0.58 0.4m 0.3o 0.3q 0.4m 0.4o 0.4o 0.4o 0.4o 0.4m 0.5a 0.4o 0.4o 0.4o 0.4o 0.4o 0.5c 0.5e 0.5g 0.5i 0.5k 0.5m
    0.4g 0.4i 0.4o 0.4o 0.4o 0.4o 0.5o 0.5q 0.4o 0.5s 0.5u 0.3m 0.4o 0.5w 0.4y 0.4q 0.4q 0.4e 0.5y 0.4o 0.4o 0.4o
    0.4m 0.4m 0.4m 0.3u 0.3s 0.44 0.3o 0.46,0.3s 0.60 0.4m 0.4o 0.4o 0.4o 0.4m 0.4m 0.4m 0.4o 0.4o _ 0.4m 0.4m 0.4m
    0.4o 0.4o 0.4o 0.4o 0.4m 0.62 0.4o 0.4o 0.4m 0.4o 0.4m 0.4m 0.4o 0.64 0.66 0.4o 3ok.5.j 3p5.5.j 3pz.5.j 3qw.5.j
    3s1.5.j 3ou.5.j 3oz.5.j 3ps.5.j 3qn.5.j 3r9.5.j 3rt.5.j 3s9.5.j 3sf.5.j 3tv.5.w 3tv 3un.5.w 3un 5k +1 3ts.5.w
    3ts 37A: 3ty.5.g 3ue 3ud 3uf q 3tz.5.w 384: 54 5a,0.3s 3tm.5.12,0.3s 10 3tq.5.12,0.3s 3tw.5.u,0.3s 3ty.5.12,0.3s
    38C: 3u5.5.u,0.3s 38E: 3uh.5.r,0.3s 3ul.5.r,0.3s 3ty,0.46,0.3s 3tm.5.12 3tn.5.u 3to.5.o 3tp.5.r 3tq.5.12 3tu.5.u
    3tw.5.u 3tx.5.u 3ty.5.12 3u0.5.w 3u1.5.u 3u2.5.w 3u3.5.u 3u4.5.u 3u5.5.u 3u6.5.12 3ua.5.w 3A3: 3uc.5.u 3ug.5.u
    3uh.5.r 3ui.5.u 3uj.5.o 3uk.5.u 3ul.5.r 3ty.5.12,0.46 3uh.5.r,0.46 3tm,0.3s 3tq,0.3s 3tw,0.3s 3ty,0.3s
    3uh,0.46,0.3s 3tm +4 3tu 3tw +2 3u0 +6 3ua 3uc.5.1f 3uc 3ug +5 3ty,0.46 3uh,0.46 3u5,0.3s 3uh,0.3s 3ul,0.3s
    3u0.5.14,3tm.5.g,3ty.5.g 3tn.5.g 3tx.5.g 3uh.5.12 3uh.5.12,0.3s 3uh.5.12,0.46 3ui.5.g 3u6.5.g
    3u0.5.g,3tm.5.g,3ty.5.g 3u9.5.w 3u9 3tt.5.w 3tt 3tr.5.u 3tr 3u8.5.w 3u8 3um.5.w 3um 3up.5.w 3up 3uq.5.w 3uq
    3ur.5.w 3ur 3us.5.w 3us 3ut.5.w 3ut 3uu.5.w 3uu 3uv.5.w 3uv 3u0.5.g 3ua.5.g 3uc.5.g 3tz 3tx.5.11 3tq.5.g b0
    3uo.5.w 3uo 3uc.5.11 3u7.5.w 3u7 3ub 3ue.5.w 3ud.5.w 3uf.5.w 3vb.5.r,0.3u 3vb.5.r,0.46 3v8.5.w 3v1.5.r,0.3s
    3vc.5.1a 3vj.5.w 3vo.5.r 3vo.5.r,0.46 3vq.5.w 3w4.5.w 3wg.5.w 3wx.5.w 3vr.5.r,0.3s 3vm.5.r,0.3u 3wy.5.r,0.3w
    3xm.5.w 3uw.5.r 3uz.5.r 3v0.5.r 3v1.5.r 3v6.5.r 3vb.5.r 3vd.5.r 3vg.5.r 3vm.5.r 3vp.5.w 3vr.5.r 3vz.5.r 3w7.5.u
    3w9.5.u 3wi.5.o 3wk.5.r 3wo.5.u 3wr.5.r 3wu.5.u 3wy.5.r 3x2.5.r 3x3.5.r 3xd.5.r 3xf.5.r 3xn.5.r 3xo.5.1a 3xp.5.r
    3xq.5.r 3xr.5.u 3xu.5.w 3xv.5.u 3xw.5.w 3uw 3uz +2 3v6 3vb 3vd 3vg 3vm 3vp 3vr 3vz 3w7 3w9 3wi 3wk 3wo 3wr 3wu
    3wy 3x2 +1 3xd 3xf 3xn +4 3xu +2 3vb,0.3u 3vb,0.46 3v8 3v1,0.3s 3vc 3vj 3vo 3vo,0.46 3vq 3w4 3wg 3wx 3vr,0.3s
    3vm,0.3u 3wy,0.3w 3xm 3x9.5.1a 3x9 3xt.5.1a 3xt 3xy.5.1a 3xy 3xz.5.1a 3xz 3y1.5.w 3y1 3y0.5.1a 3y0 3y2.5.1a 3y2
    3y3.5.w 3y3 3y4.5.w 3y4 3y5.5.1a 3y5 3y6.5.w 3y6 3y6.5.w,0.54 3y6,0.54 3x1.5.w 3x1 3xc.5.w 3xc 3xb.5.w 3xb
    3xa.5.w 3xa 3wn.5.w 3wn 70 0.68 0.4m 0.3q 0.3o 0.4m _ _ 3vn.5.w 3vn 3xs.5.w 3xs 3wp.5.w 3wp 3v1.34.1a 3v1.34.w
    3v2.5.w 3v2 3v4.5.w 3v4 3vf.5.w 3vf 3va.5.w 3va 3vs.5.w 3vs 3vw.5.w 3vw 3vv.5.w 3vv 3vu.5.w 3vu 3wc.5.w 3wc
    3wf.5.w 3wf 3wm.5.w 3wm 3y7.5.w 3y7 3wt.5.w 3wt 3ww.5.w 3ww 3wz.5.w 3wz 3x0.5.w 3x0 3x6.5.w 3x6 3xe.5.w 3xe
    3xh.5.w 3xh 3xj.5.w 3xj 3x7.5.w 3x7 3xk.5.w 3xk 3xl.5.w 3xl 3y9.5.w 3vd.5.r,0.3w 3vd,0.3w 3vt.5.w 3vt 3w0.5.w
    3w0 3wd.5.w 3wd 3wb.5.w 3wb 3xi.5.w 3xi 3w8.5.w 3w8 3y9 3uw.5.r,0.3w 3uw,0.3w 3uw.5.r,0.46 3uw,0.46 3uy.5.w 3uy
    3vb.5.r,0.3w 3vb,0.3w 3ux.5.w 3ux 3ux.5.w,0.46 3ux,0.46 3vd.5.r,0.46 3vd,0.46 3vg.5.r,0.46 3vg,0.46 3vk.5.w 3vk
    3vm.5.r,0.4k 3vm,0.4k 3vm.5.r,0.46 3vm,0.46 3wi.5.o,0.46 3wi,0.46 3wj.5.w 3wj 3wj.5.w,0.46 3wj,0.46 3xu.5.w,0.46
    3xu,0.46 3wy.5.r,0.4k 3wy,0.4k 3wy.5.r,0.46 3wy,0.46 3wy.5.r,0.48 3wy,0.48 3xf.5.r,0.46 3xf,0.46 3v5.5.w 3v5
    3xq.5.r,0.46 3xq,0.46 3v3.5.w 3v3 3x4.5.w 3x4 3x5.5.w 3x5 3v7.5.w 3v7 3v9.5.w 3v9 3vh.5.w 3vh 3vl.5.w 3vl
    3w5.5.w 3w5 3wh.5.w 3wh 3ws.5.w 3ws 3wv.5.w 3wv 3vi.5.w 3vi 3w2.5.w 3w2 3w6.5.w 3w6 3wq.5.w 3wq 3xx.5.w 3xx
    3vy.5.w 3vy 3y8.5.w 3y8 3vx.5.w 3vx 3w3.5.w 3w3 3we.5.w 3we 3wl.5.w 3wl 3x8.5.w 3x8 3wa.5.w 3wa 3ve.5.w 3ve
    3xg.5.w 3xg 3w1.5.w 3w1 1E00: 3ok.5.s,0.5k 3ok,0.5k 3op.5.s,0.4c 3op,0.4c 3op.5.s,0.5g 3op,0.5g 3op.5.s,0.5u
    3op,0.5u 3ou.5.s,0.4g,0.3s 3ou,0.4g,0.3s 3oz.5.s,0.4c 3oz,0.4c 3oz.5.s,0.5g 3oz,0.5g 3oz.5.s,0.5u 3oz,0.5u
    3oz.5.s,0.4g 3oz,0.4g 3oz.5.s,0.5o 3oz,0.5o 3p5.5.s,0.4k,0.3u 3p5,0.4k,0.3u 3p5.5.s,0.4k,0.3s 3p5,0.4k,0.3s
    3p5.5.s,0.5o 3p5,0.5o 3p5.5.s,0.5s 3p5,0.5s 3p5.5.s,0.4g,0.3w 3p5,0.4g,0.3w 3ph.5.s,0.4c 3ph,0.4c 3pk.5.s,0.4k
    3pk,0.4k 3ps.5.s,0.4c 3ps,0.4c 3ps.5.s,0.5g 3ps,0.5g 3ps.5.s,0.46 3ps,0.46 3ps.5.s,0.4g 3ps,0.4g 3ps.5.s,0.5q
    3ps,0.5q 3pz.5.s,0.5s 3pz,0.5s 3pz.5.s,0.46,0.3s 3pz,0.46,0.3s 3qa.5.s,0.3s 3qa,0.3s 3qa.5.s,0.5g 3qa,0.5g
    3qa.5.s,0.5u 3qa,0.5u 3qd.5.s,0.5g 3qd,0.5g 3qd.5.s,0.5g,0.4k 3qd,0.5g,0.4k 3qd.5.s,0.5u 3qd,0.5u 3qd.5.s,0.5o
    3qd,0.5o 3qn.5.s,0.3s 3qn,0.3s 3qn.5.s,0.4c 3qn,0.4c 3qn.5.s,0.5g 3qn,0.5g 3qp.5.s,0.4c 3qp,0.4c 3qp.5.s,0.5g
    3qp,0.5g 3qp.5.s,0.5u 3qp,0.5u 3qp.5.s,0.5o 3qp,0.5o 3qw.5.s,0.4a,0.3s 3qw,0.4a,0.3s 3qw.5.s,0.4a,0.46
    3qw,0.4a,0.46 3qw.5.s,0.4k,0.3u 3qw,0.4k,0.3u 3qw.5.s,0.4k,0.3s 3qw,0.4k,0.3s 3r2.5.s,0.3s 3r2,0.3s 3r2.5.s,0.4c
    3r2,0.4c 3r9.5.s,0.4c 3r9,0.4c 3r9.5.s,0.5g 3r9,0.5g 3r9.5.s,0.5g,0.4k 3r9,0.5g,0.4k 3r9.5.s,0.5u 3r9,0.5u
    3rk.5.s,0.4c 3rk,0.4c 3rk.5.s,0.5g 3rk,0.5g 3rk.5.s,0.3s,0.4c 3rk,0.3s,0.4c 3rk.5.s,0.40,0.4c 3rk,0.40,0.4c
    3rk.5.s,0.5g,0.4c 3rk,0.5g,0.4c 3rt.5.s,0.4c 3rt,0.4c 3rt.5.s,0.5g 3rt,0.5g 3rt.5.s,0.5u 3rt,0.5u 3rt.5.s,0.5o
    3rt,0.5o 3s1.5.s,0.5i 3s1,0.5i 3s1.5.s,0.5s 3s1,0.5s 3s1.5.s,0.5o 3s1,0.5o 3s1.5.s,0.4a,0.3s 3s1,0.4a,0.3s
    3s1.5.s,0.4k,0.46 3s1,0.4k,0.46 3s9.5.s,0.4a 3s9,0.4a 3s9.5.s,0.5g 3s9,0.5g 3sd.5.w,0.3u 3sd,0.3u 3sd.5.w,0.3s
    3sd,0.3s 3sd.5.w,0.46 3sd,0.46 3sd.5.w,0.4c 3sd,0.4c 3sd.5.w,0.5g 3sd,0.5g 3sf.5.s,0.4c 3sf,0.4c 3sf.5.s,0.46
    3sf,0.46 3sg.5.s,0.4c 3sg,0.4c 3sm.5.s,0.3y 3sm,0.3y 3sm.5.s,0.5g 3sm,0.5g 3sm.5.s,0.5u 3sm,0.5u 3ps,0.5u
    3rt,0.46 3sd,0.42 3sg,0.42 3ok.5.j,3t7.5.w 3rk.38,0.4c 3rn +1 3rk.34.w,3rk.5.y 3p4 3ok.5.s,0.5g 3ok,0.5g
    3ok.5.s,0.52 3ok,0.52 3ok.5.s,0.3y,0.3s 3ok,0.3y,0.3s 3ok.5.s,0.3y,0.3u 3ok,0.3y,0.3u 3ok.5.s,0.3y,0.52
    3ok,0.3y,0.52 3ok.5.s,0.3y,0.4a 3ok,0.3y,0.4a 3ok.5.s,0.5g,0.3y 3ok,0.5g,0.3y 3ok.5.s,0.3w,0.3s 3ok,0.3w,0.3s
    3ok.5.s,0.3w,0.3u 3ok,0.3w,0.3u 3ok.5.s,0.3w,0.52 3ok,0.3w,0.52 3ok.5.s,0.3w,0.4a 3ok,0.3w,0.4a
    3ok.5.s,0.5g,0.3w 3ok,0.5g,0.3w 3p5.5.s,0.5g 3p5,0.5g 3p5.5.s,0.52 3p5,0.52 3p5.5.s,0.4a 3p5,0.4a
    3p5.5.s,0.3y,0.3s 3p5,0.3y,0.3s 3p5.5.s,0.3y,0.3u 3p5,0.3y,0.3u 3p5.5.s,0.3y,0.52 3p5,0.3y,0.52
    3p5.5.s,0.3y,0.4a 3p5,0.3y,0.4a 3p5.5.s,0.5g,0.3y 3p5,0.5g,0.3y 3pz.5.s,0.52 3pz,0.52 3pz.5.s,0.5g 3pz,0.5g
    3qw.5.s,0.5g 3qw,0.5g 3qw.5.s,0.52 3qw,0.52 3qw.5.s,0.3y,0.3s 3qw,0.3y,0.3s 3qw.5.s,0.3y,0.3u 3qw,0.3y,0.3u
    3qw.5.s,0.3y,0.52 3qw,0.3y,0.52 3qw.5.s,0.3y,0.4a 3qw,0.3y,0.4a 3qw.5.s,0.5g,0.3y 3qw,0.5g,0.3y
    3qw.5.s,0.5a,0.3s 3qw,0.5a,0.3s 3qw.5.s,0.5a,0.3u 3qw,0.5a,0.3u 3qw.5.s,0.5a,0.52 3qw,0.5a,0.52
    3qw.5.s,0.5a,0.4a 3qw,0.5a,0.4a 3qw.5.s,0.5a,0.5g 3qw,0.5a,0.5g 3s1.5.s,0.5g 3s1,0.5g 3s1.5.s,0.52 3s1,0.52
    3s1.5.s,0.5a,0.3s 3s1,0.5a,0.3s 3s1.5.s,0.5a,0.3u 3s1,0.5a,0.3u 3s1.5.s,0.5a,0.52 3s1,0.5a,0.52
    3s1.5.s,0.5a,0.4a 3s1,0.5a,0.4a 3s1.5.s,0.5a,0.5g 3s1,0.5a,0.5g 3sg.5.s,0.3u 3sg,0.3u 3sg.5.s,0.5g 3sg,0.5g
    3sg.5.s,0.52 3sg,0.52 3sg.5.s,0.4a 3sg,0.4a 3qd.5.y,3qd.5.y 3qd.5.j,3qd.5.j 3sb.5.w 3sb 3sk.5.w 3sk 3tm,0.3o
    3tm,0.3q 3tm,0.3o,0.3u 3tm,0.3q,0.3u 3tm,0.3o,0.3s 3tm,0.3q,0.3s 3tm,0.3o,0.44 3tm,0.3q,0.44 3tm.5.12,0.3o
    3tm.5.12,0.3q 3tm.5.12,0.3o,0.3u 3tm.5.12,0.3q,0.3u 3tm.5.12,0.3o,0.3s 3tm.5.12,0.3q,0.3s 3tm.5.12,0.3o,0.44
    3tm.5.12,0.3q,0.44 3tq,0.3o 3tq,0.3q 3tq,0.3o,0.3u 3tq,0.3q,0.3u 3tq,0.3o,0.3s 3tq,0.3q,0.3s 1F18: 3tq.5.12,0.3o
    3tq.5.12,0.3q 3tq.5.12,0.3o,0.3u 3tq.5.12,0.3q,0.3u 3tq.5.12,0.3o,0.3s 3tq.5.12,0.3q,0.3s 1F20: 3tw,0.3o
    3tw,0.3q 3tw,0.3o,0.3u 3tw,0.3q,0.3u 3tw,0.3o,0.3s 3tw,0.3q,0.3s 3tw,0.3o,0.44 3tw,0.3q,0.44 3tw.5.u,0.3o
    3tw.5.u,0.3q 3tw.5.u,0.3o,0.3u 3tw.5.u,0.3q,0.3u 3tw.5.u,0.3o,0.3s 3tw.5.u,0.3q,0.3s 3tw.5.u,0.3o,0.44
    3tw.5.u,0.3q,0.44 3ty,0.3o 3ty,0.3q 3ty,0.3o,0.3u 3ty,0.3q,0.3u 3ty,0.3o,0.3s 3ty,0.3q,0.3s 3ty,0.3o,0.44
    3ty,0.3q,0.44 3ty.5.12,0.3o 3ty.5.12,0.3q 3ty.5.12,0.3o,0.3u 3ty.5.12,0.3q,0.3u 3ty.5.12,0.3o,0.3s
    3ty.5.12,0.3q,0.3s 3ty.5.12,0.3o,0.44 3ty.5.12,0.3q,0.44 3u5,0.3o 3u5,0.3q 3u5,0.3o,0.3u 3u5,0.3q,0.3u
    3u5,0.3o,0.3s 3u5,0.3q,0.3s 1F48: 3u5.5.u,0.3o 3u5.5.u,0.3q 3u5.5.u,0.3o,0.3u 3u5.5.u,0.3q,0.3u
    3u5.5.u,0.3o,0.3s 3u5.5.u,0.3q,0.3s 1F50: 3uh,0.3o 3uh,0.3q 3uh,0.3o,0.3u 3uh,0.3q,0.3u 3uh,0.3o,0.3s
    3uh,0.3q,0.3s 3uh,0.3o,0.44 3uh,0.3q,0.44 1F59: 3uh.5.r,0.3q 1F5B: 3uh.5.r,0.3q,0.3u 1F5D: 3uh.5.r,0.3q,0.3s
    1F5F: 3uh.5.r,0.3q,0.44 3ul,0.3o 3ul,0.3q 3ul,0.3o,0.3u 3ul,0.3q,0.3u 3ul,0.3o,0.3s 3ul,0.3q,0.3s 3ul,0.3o,0.44
    3ul,0.3q,0.44 3ul.5.r,0.3o 3ul.5.r,0.3q 3ul.5.r,0.3o,0.3u 3ul.5.r,0.3q,0.3u 3ul.5.r,0.3o,0.3s 3ul.5.r,0.3q,0.3s
    3ul.5.r,0.3o,0.44 3ul.5.r,0.3q,0.44 3tm,0.3u 3tm,0.3s 3tq,0.3u 3tq,0.3s 3tw,0.3u 3tw,0.3s 3ty,0.3u 3ty,0.3s
    3u5,0.3u 3u5,0.3s 3uh,0.3u 3uh,0.3s 3ul,0.3u 3ul,0.3s 1F80: 3tm,0.3o,0.60 3tm,0.3q,0.60 3tm,0.3o,0.3u,0.60
    3tm,0.3q,0.3u,0.60 3tm,0.3o,0.3s,0.60 3tm,0.3q,0.3s,0.60 3tm,0.3o,0.44,0.60 3tm,0.3q,0.44,0.60
    3tm.5.12,0.3o,0.60 3tm.5.12,0.3q,0.60 3tm.5.12,0.3o,0.3u,0.60 3tm.5.12,0.3q,0.3u,0.60 3tm.5.12,0.3o,0.3s,0.60
    3tm.5.12,0.3q,0.3s,0.60 3tm.5.12,0.3o,0.44,0.60 3tm.5.12,0.3q,0.44,0.60 3tw,0.3o,0.60 3tw,0.3q,0.60
    3tw,0.3o,0.3u,0.60 3tw,0.3q,0.3u,0.60 3tw,0.3o,0.3s,0.60 3tw,0.3q,0.3s,0.60 3tw,0.3o,0.44,0.60
    3tw,0.3q,0.44,0.60 3tw.5.u,0.3o,0.60 3tw.5.u,0.3q,0.60 3tw.5.u,0.3o,0.3u,0.60 3tw.5.u,0.3q,0.3u,0.60
    3tw.5.u,0.3o,0.3s,0.60 3tw.5.u,0.3q,0.3s,0.60 3tw.5.u,0.3o,0.44,0.60 3tw.5.u,0.3q,0.44,0.60 3ul,0.3o,0.60
    3ul,0.3q,0.60 3ul,0.3o,0.3u,0.60 3ul,0.3q,0.3u,0.60 3ul,0.3o,0.3s,0.60 3ul,0.3q,0.3s,0.60 3ul,0.3o,0.44,0.60
    3ul,0.3q,0.44,0.60 3ul.5.r,0.3o,0.60 3ul.5.r,0.3q,0.60 3ul.5.r,0.3o,0.3u,0.60 3ul.5.r,0.3q,0.3u,0.60
    3ul.5.r,0.3o,0.3s,0.60 3ul.5.r,0.3q,0.3s,0.60 3ul.5.r,0.3o,0.44,0.60 3ul.5.r,0.3q,0.44,0.60 3tm,0.3w 3tm,0.4k
    3tm,0.3u,0.60 3tm,0.60 3tm,0.3s,0.60 1FB6: 3tm,0.44 3tm,0.44,0.60 3tm.5.12,0.3w 3tm.5.12,0.4k 3tm.5.12,0.3u
    3tm.5.12,0.3s 3tm.5.12,0.60 5f 3ty 5f 5h 5a,0.44 3tw,0.3u,0.60 3tw,0.60 3tw,0.3s,0.60 1FC6: 3tw,0.44
    3tw,0.44,0.60 3tq.5.12,0.3u 3tq.5.12,0.3s 3tw.5.u,0.3u 3tw.5.u,0.3s 3tw.5.u,0.60 5f,0.3u 5f,0.3s 5f,0.44
    3ty,0.3w 3ty,0.4k 3ty,0.46,0.3u 3ty,0.46,0.3s 1FD6: 3ty,0.44 3ty,0.46,0.44 3ty.5.12,0.3w 3ty.5.12,0.4k
    3ty.5.12,0.3u 3ty.5.12,0.3s 1FDD: 5g,0.3u 5g,0.3s 5g,0.44 3uh,0.3w 3uh,0.4k 3uh,0.46,0.3u 3uh,0.46,0.3s 3ua,0.3o
    3ua,0.3q 3uh,0.44 3uh,0.46,0.44 3uh.5.r,0.3w 3uh.5.r,0.4k 3uh.5.r,0.3u 3uh.5.r,0.3s 3ua.5.w,0.3q 5a,0.3u 5a,0.3s
    53 1FF2: 3ul,0.3u,0.60 3ul,0.60 3ul,0.3s,0.60 1FF6: 3ul,0.44 3ul,0.44,0.60 3u5.5.u,0.3u 3u5.5.u,0.3s
    3ul.5.r,0.3u 3ul.5.r,0.3s 3ul.5.r,0.60 54 5g 2000: 9.5.o 9.5.o 9.5.o 9.5.o 9.5.o 9.5.o 9.5.o 9.5.14 9.5.o 9.5.o
    9.5.o _ _ _ _ _ e e.5.w f +3 3z c 1b +3 1i +3 4j +3 y.5.o y.5.o,y.5.o y.5.o,y.5.o,y.5.o 4n 7 +1 _ _ _ _ _ 9.5.14
    4h +1 4r 4r.5.w,4r.5.w 4r.5.w,4r.5.w,4r.5.w 4s 4s.5.w,4s.5.w 4s.5.w,4s.5.w,4s.5.w 4v 1f +1 4w t.5.o,t.5.o x a 4x
    4z 51 +1 4o bl 1x +1 v.5.r,v.5.r v.5.r,t.5.o t.5.o,v.5.r 4e 46 4p +1 49 r 50 4a bh j 4y 11 +1
    4r.5.w,4r.5.w,4r.5.w,4r.5.w 13 +6 9.5.o _ _ _ _ _ 2066: _ _ _ _ _ _ _ _ _ _ 3oa.5.10 3pz.5.17 2074: 3oe.5.10
    3of.5.10 3og.5.10 3oh.5.10 3oi.5.10 3oj.5.14 b5.5.14 bg.5.w ba.5.14 1r.5.11 1s.5.11 3qp.5.17 3oa.5.15 3ob.5.15
    3oc.5.15 3od.5.15 3oe.5.15 3of.5.15 3og.5.15 3oh.5.15 3oi.5.15 3oj.5.1a b5.5.1c bg.5.1a ba.5.1c 1r.5.18 1s.5.18
    2090: 3ok.5.1a 3p5.5.1a 3qw.5.1a 3sf.5.1a 3p8.5.1d 3ps.5.1a 3qa.5.1a 3qd.5.1a 3qn.5.1a 3qp.5.1a 3r2.5.1a
    3rk.5.1a 3rt.5.1a 20A0: 3n7 +7 3o3 3nf +n 20D0: 0.6x,0.5s.0 0.6x,0.6o.0 0.6y,0.i.0 0.6y,0.i.0 0.6y,0.1e.0
    0.6y,0.2a.0 0.6y,0.36.0 0.6y,0.42.0 0.4q 0.4q 0.4q 0.6y,0.4y.0 0.6y,0.5u.0 0.4s 0.4s 0.4s 0.4s 0.6y,0.6q.0 0.4s
    0.4s 0.4s 0.4q 0.6z,0.k.0 0.6z,0.1g.0 0.6z,0.2c.0 0.6z,0.38.0 0.4q 0.4q 0.4o 0.4o 0.4o 0.4o 0.4m 2100:
    3ok.5.j,4b.5.1a,3ou.5.j 3ok.5.j,4b.5.1a,3rk.5.j 3ou.5.11 6z.5.w,3ou.5.y 75 3ou.5.j,4b.5.1a,3qw.5.j
    3ou.5.j,4b.5.1a,3s1.5.j 3p9.5.u 76 6z.5.w,3ph.5.y 3pk.5.m 3ps.5.11 3ps.5.11 3ps.5.11 3ps.5.m 3ps,0.4y 3pz.5.11
    3pz.5.11 3qd.5.11 3qd.5.m 77 3qp.5.11 3qp.5.y,3qw.5.j 78 +1 3r2.5.11 3r5.5.11 3r9.5.11 3r9.5.11 3r9.5.11 7a +1
    3rk.5.17,3qn.5.17 3rt.5.y,3p5.5.y,3qd.5.y 3rt.5.17,3qn.5.17 7c 3sm.5.11 7d 3ul.5.r 7e 3sm.5.11 7f 3qa.5.s
    3ok.5.s,0.42 3op.5.11 3ou.5.11 7g 3p5.5.m 3p5.5.11 3ph.5.11 3pj.5.w 3qn.5.11 3qw.5.m 3ya.5.w 3yb.5.w 3yc.5.w
    3yd.5.w 3pz.5.m 7h 3ph.5.y,3ok.5.y,3sf.5.y 3u6.5.r 3to.5.g 3to.5.w 3u6.5.1d b4.5.w 7i +3 3oz.5.11 3oz.5.m
    3p5.5.m 3pz.5.m 3q4.5.m 7m fe 7n 3ok.5.y,4b.5.1a,3rk.5.y 3pj 7o 3ob.5.1f,bl.5.w,3oh.5.1f
    3ob.5.1f,bl.5.w,3oj.5.1g 3ob.5.1f,bl.5.w,3ob.5.1f,3oa.5.1f 3ob.5.1f,bl.5.w,3od.5.1f 3oc.5.1f,bl.5.w,3od.5.1f
    3ob.5.1f,bl.5.w,3of.5.1f 3oc.5.1f,bl.5.w,3of.5.1f 3od.5.1f,bl.5.w,3of.5.1f 3oe.5.1f,bl.5.w,3of.5.1f
    3ob.5.1f,bl.5.w,3og.5.1f 3of.5.1f,bl.5.w,3og.5.1f 3ob.5.1f,bl.5.w,3oi.5.1f 3od.5.1f,bl.5.w,3oi.5.1f
    3of.5.1f,bl.5.w,3oi.5.1f 3oh.5.1f,bl.5.w,3oi.5.1f 3ob.5.1f,bl.5.w 3pz.5.y 3pz.5.y,3pz.5.y
    3pz.5.y,3pz.5.y,3pz.5.y 3pz.5.y,3s9.5.y 3s9.5.y 3s9.5.y,3pz.5.y 3s9.5.y,3pz.5.y,3pz.5.y
    3s9.5.y,3pz.5.y,3pz.5.y,3pz.5.y 3pz.5.y,3sf.5.y 3sf.5.y 3sf.5.y,3pz.5.y 3sf.5.y,3pz.5.y,3pz.5.y 3qd.5.y 3ou.5.y
    3oz.5.y 3qn.5.y 3pz.5.j 3pz.5.j,3pz.5.j 3pz.5.j,3pz.5.j,3pz.5.j 3pz.5.j,3s9.5.j 3s9.5.j 3s9.5.j,3pz.5.j
    3s9.5.j,3pz.5.j,3pz.5.j 3s9.5.j,3pz.5.j,3pz.5.j,3pz.5.j 3pz.5.j,3sf.5.j 3sf.5.j 3sf.5.j,3pz.5.j
    3sf.5.j,3pz.5.j,3pz.5.j 3qd.5.j 3ou.5.j 3oz.5.j 3qn.5.j 3o4 +2 3oy.5.w 3oy 3og 3o7 +2 3oa.5.1f,bl.5.w,3od.5.1f
    7p +1 2190: 7r 7t 7s 7u +6 7r,0.4e 7s,0.4e 81 +h 7v,0.4e 8j +t 9d,0.4e 9h,0.4e 9f,0.4e 9d +1f as,0.4e at +3
    aw,0.4e ax +1 ay,0.4e az b1 +3 bg bi +2 bm +d bz,0.4e c0 c0,0.4e c1 +4 c5.5.w,c5.5.w c5.5.w,c5.5.w,c5.5.w c6
    c6.5.w,c6.5.w c6.5.w,c6.5.w,c6.5.w c7 +f ci,0.4e cn +1 co,0.4e cp +1 cp,0.4e cr cr,0.4e cs +l ba,0.4e de de,0.4e
    df +9 cv,0.4e b9,0.4e bb,0.4e dg,0.4e dh,0.4e dp +1 dp,0.4e dq,0.4e dr +1 dr,0.4e ds,0.4e dt +5 dt,0.4e du,0.4e
    dz +1 dz,0.4e e0,0.4e e1 +1 e1,0.4e e2,0.4e e3 +x er,0.4e ex,0.4e ey,0.4e f0,0.4e f1 +c ff +y dv,0.4e dw,0.4e
    ea,0.4e eb,0.4e ge +5 f3,0.4e f4,0.4e f5,0.4e f6,0.4e gk +p 1z +3 ha +s 3h +1 i3 +6z 2440: p3 +a 2460: 3ob.5.v
    3oc.5.v 3od.5.v 3oe.5.v 3of.5.v 3og.5.v 3oh.5.v 3oi.5.v 3oj.5.y 3ob.5.v,3oa.5.v 3ob.5.v,3ob.5.v 3ob.5.v,3oc.5.v
    3ob.5.v,3od.5.v 3ob.5.v,3oe.5.v 3ob.5.v,3of.5.v 3ob.5.v,3og.5.v 3ob.5.v,3oh.5.v 3ob.5.v,3oi.5.v 3ob.5.v,3oj.5.y
    3oc.5.v,3oa.5.v 1r.5.n,3ob.5.l,1s.5.n 1r.5.n,3oc.5.l,1s.5.n 1r.5.n,3od.5.l,1s.5.n 1r.5.n,3oe.5.l,1s.5.n
    1r.5.n,3of.5.l,1s.5.n 1r.5.n,3og.5.l,1s.5.n 1r.5.n,3oh.5.l,1s.5.n 1r.5.n,3oi.5.l,1s.5.n 1r.5.n,3oj.5.m,1s.5.n
    1r.5.n,3ob.5.l,3oa.5.l,1s.5.n 1r.5.n,3ob.5.l,3ob.5.l,1s.5.n 1r.5.n,3ob.5.l,3oc.5.l,1s.5.n
    1r.5.n,3ob.5.l,3od.5.l,1s.5.n 1r.5.n,3ob.5.l,3oe.5.l,1s.5.n 1r.5.n,3ob.5.l,3of.5.l,1s.5.n
    1r.5.n,3ob.5.l,3og.5.l,1s.5.n 1r.5.n,3ob.5.l,3oh.5.l,1s.5.n 1r.5.n,3ob.5.l,3oi.5.l,1s.5.n
    1r.5.n,3ob.5.l,3oj.5.m,1s.5.n 1r.5.n,3oc.5.l,3oa.5.l,1s.5.n 3ob.5.l,y.5.o 3oc.5.l,y.5.o 3od.5.l,y.5.o
    3oe.5.l,y.5.o 3of.5.l,y.5.o 3og.5.l,y.5.o 3oh.5.l,y.5.o 3oi.5.l,y.5.o 3oj.5.m,y.5.o 3ob.5.l,3oa.5.l,y.5.o
    3ob.5.l,3ob.5.l,y.5.o 3ob.5.l,3oc.5.l,y.5.o 3ob.5.l,3od.5.l,y.5.o 3ob.5.l,3oe.5.l,y.5.o 3ob.5.l,3of.5.l,y.5.o
    3ob.5.l,3og.5.l,y.5.o 3ob.5.l,3oh.5.l,y.5.o 3ob.5.l,3oi.5.l,y.5.o 3ob.5.l,3oj.5.m,y.5.o 3oc.5.l,3oa.5.l,y.5.o
    1r.5.n,3ok.5.j,1s.5.n 1r.5.n,3op.5.j,1s.5.n 1r.5.n,3ou.5.j,1s.5.n 1r.5.n,3oz.5.j,1s.5.n 1r.5.n,3p5.5.j,1s.5.n
    1r.5.n,3ph.5.j,1s.5.n 1r.5.n,3pk.5.j,1s.5.n 1r.5.n,3ps.5.j,1s.5.n 1r.5.n,3pz.5.j,1s.5.n 1r.5.n,3q4.5.j,1s.5.n
    1r.5.n,3qa.5.j,1s.5.n 1r.5.n,3qd.5.j,1s.5.n 1r.5.n,3qn.5.j,1s.5.n 1r.5.n,3qp.5.j,1s.5.n 1r.5.n,3qw.5.j,1s.5.n
    1r.5.n,3r2.5.j,1s.5.n 1r.5.n,3r5.5.j,1s.5.n 1r.5.n,3r9.5.j,1s.5.n 1r.5.n,3rk.5.j,1s.5.n 1r.5.n,3rt.5.j,1s.5.n
    1r.5.n,3s1.5.j,1s.5.n 1r.5.n,3s9.5.j,1s.5.n 1r.5.n,3sd.5.k,1s.5.n 1r.5.n,3sf.5.j,1s.5.n 1r.5.n,3sg.5.j,1s.5.n
    1r.5.n,3sm.5.j,1s.5.n 3ok.5.14 3op.5.14 3ou.5.14 3oz.5.14 3p5.5.14 3ph.5.14 3pk.5.14 3ps.5.14 3pz.5.14 3q4.5.14
    3qa.5.14 3qd.5.14 3qn.5.14 3qp.5.14 3qw.5.14 3r2.5.14 3r5.5.14 3r9.5.14 3rk.5.14 3rt.5.14 3s1.5.14 3s9.5.14
    3sd.5.1c 3sf.5.14 3sg.5.14 3sm.5.14 3ok.5.p 3op.5.p 3ou.5.p 3oz.5.p 3p5.5.p 3ph.5.p 3pk.5.p 3ps.5.p 3pz.5.p
    3q4.5.p 3qa.5.p 3qd.5.p 3qn.5.p 3qp.5.p 3qw.5.p 3r2.5.p 3r5.5.p 3r9.5.p 3rk.5.p 3rt.5.p 3s1.5.p 3s9.5.p 3sd.5.s
    3sf.5.p 3sg.5.p 3sm.5.p 3oa.5.v 3ob.5.v,3ob.5.v 3ob.5.v,3oc.5.v 3ob.5.v,3od.5.v 3ob.5.v,3oe.5.v 3ob.5.v,3of.5.v
    3ob.5.v,3og.5.v 3ob.5.v,3oh.5.v 3ob.5.v,3oi.5.v 3ob.5.v,3oj.5.y 3oc.5.v,3oa.5.v 3ob.5.v 3oc.5.v 3od.5.v 3oe.5.v
    3of.5.v 3og.5.v 3oh.5.v 3oi.5.v 3oj.5.y 3ob.5.v,3oa.5.v 3oa.5.v pe +8f 211 +7 xu +1g 219 +2 zb +p 20v +5 101 +33
    13v +2v 33 +d 3ob.5.v 3oc.5.v 3od.5.v 3oe.5.v 3of.5.v 3og.5.v 3oh.5.v 3oi.5.v 3oj.5.y 3ob.5.v,3oa.5.v 3ob.5.v
    3oc.5.v 3od.5.v 3oe.5.v 3of.5.v 3og.5.v 3oh.5.v 3oi.5.v 3oj.5.y 3ob.5.v,3oa.5.v 3ob.5.v 3oc.5.v 3od.5.v 3oe.5.v
    3of.5.v 3og.5.v 3oh.5.v 3oi.5.v 3oj.5.y 3ob.5.v,3oa.5.v 16r +1c 2r +1 184 +u 2t +9 18z +f 1tr +73 19f +3m 25 +l
    1d2 +1q 40 +3 1et +v 23 +1 1fp +d c5.5.w,c5.5.w,c5.5.w,c5.5.w 1g3 +2u s.5.r,s.5.r,ba.5.o ba.5.o,ba.5.o
    ba.5.o,ba.5.o,ba.5.o 1iy +2s 1lr,0.4e 1lr +46 2B76: 1py +v 2B97: 1qu +2w 3000: 9.5.g p z 4t 3ml 3mu
    405.5.3,40r.5.3 3oa 3h +9 3mm +1 3r +7 k 1m +2 3mo 3ob +8 0.6w,0.5q.0 0.6w,0.6m.0 0.6x,0.g.0 0.6x,0.1c.0
    0.6x,0.28.0 0.6x,0.34.0 l 3mw 3mw,0.4u 3mx 3mx,0.4u 3my 3mm.5.w 3mp 41h.5.g 418.5.g 41i.5.g 3mv 40o.5.3,406.5.3
    4u 3mq +1 3041: 3zu.5.3 3zu 3zv.5.3 3zv 3zw.5.3 3zw 3zx.5.3 3zx 3zy.5.3 3zy +1 3zz,0.4u 400 400,0.4u 401
    401,0.4u 402 402,0.4u 403 403,0.4u 404 404,0.4u 405 405,0.4u 406 406,0.4u 407 407,0.4u 408 408,0.4u 409 409,0.4u
    40a 40a,0.4u 40b.5.3 40b 40b,0.4u 40c 40c,0.4u 40d 40d,0.4u 40e +5 40j,0.4u 40j,0.4w 40k 40k,0.4u 40k,0.4w 40l
    40l,0.4u 40l,0.4w 40m 40m,0.4u 40m,0.4w 40n 40n,0.4u 40n,0.4w 40o +4 40t.5.3 40t 40u.5.3 40u 40v.5.3 40v +5
    411.5.3 411 +4 3zw,0.4u 3zz.5.3 402.5.3 3099: 0.4u 0.4w 5i +1 3mz 3mz,0.4u 40v.5.1a,40x.5.18 m 3zu.5.g 3zu.5.u
    3zv.5.g 3zv.5.u 3zw.5.g 3zw.5.u 3zx.5.g 3zx.5.u 3zy.5.g 3zy.5.u 3zz.5.o 3zz.5.o,0.4u 400.5.g 400.5.g,0.4u
    401.5.o 401.5.o,0.4u 402.5.o 402.5.o,0.4u 403.5.n 403.5.n,0.4u 404.5.g 404.5.g,0.4u 405.5.o 405.5.o,0.4u 406.5.o
    406.5.o,0.4u 407.5.g 407.5.g,0.4u 408.5.g 408.5.g,0.4u 409.5.g 409.5.g,0.4u 40a.5.g 40a.5.g,0.4u 40b.5.g 40b.5.u
    40b.5.u,0.4u 40c.5.g 40c.5.g,0.4u 40d.5.n 40d.5.n,0.4u 40e.5.g 40f.5.g 40g.5.r 40h.5.g 40i.5.g 40j.5.o
    40j.5.o,0.4u 40j.5.o,0.4w 40k.5.o 40k.5.o,0.4u 40k.5.o,0.4w 40l.5.o 40l.5.o,0.4u 40l.5.o,0.4w 40m.5.o
    40m.5.o,0.4u 40m.5.o,0.4w 40n.5.o 40n.5.o,0.4u 40n.5.o,0.4w 40o.5.g 40p.5.g 40q.5.o 40r.5.g 40s.5.g 40t.5.g
    40t.5.u 40u.5.g 40u.5.u 40v.5.g 40v.5.s 40w.5.o 40x.5.n 40y.5.o 40z.5.o 410.5.o 411.5.g 411.5.o 412.5.u 413.5.u
    414.5.r 415.5.r 3zw.5.u,0.4u 3zz.5.g 402.5.g 411.5.o,0.4u 412.5.u,0.4u 413.5.u,0.4u 414.5.r,0.4u n 3n0 +1
    3n1,0.4u 403.5.18,40d.5.18 FE00: _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ o.5.1d p.5.18 z.5.1a s.5.1d q.5.18 t.5.14
    v.5.1d 3t.5.w 3u.5.w y.5.14,y.5.14,y.5.14 FE20: 0.66 _ 0.64 _ _ _ _ 0.4o _ 0.64 _ _ _ _ 0.68 _ FF01: t.5.g
    1h.5.w 4f.5.w 3n4.5.w 4g.5.w 4d.5.w 1a.5.w 1r.5.g 1s.5.g 48.5.w b5.5.g o.5.g d.5.w y.5.g 4b.5.w 3oa.5.g 3ob.5.g
    3oc.5.g 3od.5.g 3oe.5.g 3of.5.g 3og.5.g 3oh.5.g 3oi.5.g 3oj.5.g s.5.g q.5.g b9.5.w ba.5.g bb.5.w v.5.g 47.5.w
    3ok.5.v 3op.5.v 3ou.5.v 3oz.5.v 3p5.5.v 3ph.5.v 3pk.5.v 3ps.5.v 3pz.5.v 3q4.5.v 3qa.5.v 3qd.5.v 3qn.5.v 3qp.5.v
    3qw.5.v 3r2.5.v 3r5.5.v 3r9.5.v 3rk.5.v 3rt.5.v 3s1.5.v 3s9.5.v 3sd.5.10 3sf.5.v 3sg.5.v 3sm.5.v 1t.5.w 4c.5.w
    1u.5.w 56.5.w b.5.g 53.5.w 3ok.5.g 3op.5.g 3ou.5.g 3oz.5.g 3p5.5.g 3ph.5.g 3pk.5.g 3ps.5.g 3pz.5.g 3q4.5.g
    3qa.5.g 3qd.5.g 3qn.5.g 3qp.5.g 3qw.5.g 3r2.5.g 3r5.5.g 3r9.5.g 3rk.5.g 3rt.5.g 3s1.5.g 3s9.5.g 3sd.5.g 3sf.5.g
    3sg.5.g 3sm.5.g 1v.5.g bd.5.w 1w.5.g bf.5.w 27.5.w 28.5.w z.5.w 3l.5.w 3m.5.w p.5.u n.5.w 414.5.12 3zu.5.n
    3zv.5.n 3zw.5.n 3zx.5.n 3zy.5.n 40t.5.n 40u.5.n 40v.5.m 40b.5.n 3n0.5.w 3zu.5.11 3zv.5.11 3zw.5.11 3zx.5.11
    3zy.5.11 3zz.5.w 400.5.r 401.5.w 402.5.w 403.5.u 404.5.r 405.5.w 406.5.w 407.5.r 408.5.r 409.5.r 40a.5.r
    40b.5.11 40c.5.r 40d.5.u 40e.5.r 40f.5.r 40g.5.12 40h.5.r 40i.5.r 40j.5.w 40k.5.w 40l.5.w 40m.5.w 40n.5.w
    40o.5.r 40p.5.r 40q.5.w 40r.5.r 40s.5.u 40t.5.11 40u.5.11 40v.5.y 40w.5.w 40x.5.u 40y.5.w 40z.5.w 410.5.w
    411.5.w 415.5.12 0.4u.w 0.4w.w 3yz.5.1a 3ye.5.18 3yf.5.1a 3zl.5.1a 3yg.5.18 3zm.5.1a 3zn.5.1a 3yh.5.18 3yi.5.1a
    3yj.5.18 3zo.5.1a 3zp.5.1a 3zq.5.1a 3zr.5.1a 3zs.5.1a 3zt.5.1a 3yx.5.1a 3yk.5.18 3yl.5.18 3ym.5.1a 3yy.5.1a
    3yn.5.18 3yo.5.1a 3yp.5.18 3yq.5.18 3yr.5.1a 3ys.5.18 3yt.5.18 3yu.5.18 3yv.5.18 3yw.5.18 FFC2: 3z0.5.18
    3z1.5.1a 3z2.5.1a 3z3.5.1a 3z4.5.1a 3z5.5.1a FFCA: 3z6.5.1a 3z7.5.1a 3z8.5.18 3z9.5.1a 3za.5.1a 3zb.5.1a FFD2:
    3zc.5.1a 3zd.5.18 3ze.5.1a 3zf.5.1a 3zg.5.1a 3zh.5.1a FFDA: 3zi.5.1a 3zj.5.18 3zk.5.1a FFE0: 3n3.5.w 3n5.5.w
    bc.5.w 57.5.w be.5.w 3n6.5.w 3nf.5.w FFE8: pg.5.w 7r.5.w 7t.5.w 7s.5.w 7u.5.w tu.5.w v1.5.w 1F000: 21c +17
    1F030: 22k +2r 1F0A0: 25c +e 1F0B1: 25r +e 1F0C1: 266 +e 1F0D1: 26l +10 1F100: 3oa.5.l,y.5.o 3oa.5.l,o.5.r
    3ob.5.l,o.5.r 3oc.5.l,o.5.r 3od.5.l,o.5.r 3oe.5.l,o.5.r 3of.5.l,o.5.r 3og.5.l,o.5.r 3oh.5.l,o.5.r 3oi.5.l,o.5.r
    3oj.5.m,o.5.r 3oa.5.v 3oa.5.v 2ac +2 1r.5.n,3ok.5.y,1s.5.n 1r.5.n,3op.5.y,1s.5.n 1r.5.n,3ou.5.y,1s.5.n
    1r.5.n,3oz.5.y,1s.5.n 1r.5.n,3p5.5.y,1s.5.n 1r.5.n,3ph.5.y,1s.5.n 1r.5.n,3pk.5.y,1s.5.n 1r.5.n,3ps.5.y,1s.5.n
    1r.5.n,3pz.5.y,1s.5.n 1r.5.n,3q4.5.y,1s.5.n 1r.5.n,3qa.5.y,1s.5.n 1r.5.n,3qd.5.y,1s.5.n 1r.5.n,3qn.5.y,1s.5.n
    1r.5.n,3qp.5.y,1s.5.n 1r.5.n,3qw.5.y,1s.5.n 1r.5.n,3r2.5.y,1s.5.n 1r.5.n,3r5.5.y,1s.5.n 1r.5.n,3r9.5.y,1s.5.n
    1r.5.n,3rk.5.y,1s.5.n 1r.5.n,3rt.5.y,1s.5.n 1r.5.n,3s1.5.y,1s.5.n 1r.5.n,3s9.5.y,1s.5.n 1r.5.n,3sd.5.14,1s.5.n
    1r.5.n,3sf.5.y,1s.5.n 1r.5.n,3sg.5.y,1s.5.n 1r.5.n,3sm.5.y,1s.5.n 3r.5.g,3rk.5.y,3s.5.g 3ou.5.14 3r9.5.14
    3ou.5.14,3oz.5.14 3sd.5.1c,3sm.5.14 72 3ok.5.1g 3op.5.1d 3ou.5.1d 3oz.5.1d 3p5.5.1g 3ph.5.1d 3pk.5.1d 3ps.5.1g
    3pz.5.1g 3q4.5.1d 3qa.5.1g 3qd.5.1g 3qn.5.1g 3qp.5.1g 3qw.5.1g 3r2.5.1g 3r5.5.1d 3r9.5.1g 3rk.5.1g 3rt.5.1g
    3s1.5.1d 3s9.5.1g 3sd.5.1k 3sf.5.1g 3sg.5.1d 3sm.5.1d 3ps.5.1g,3s9.5.1g 3qn.5.1g,3s9.5.1g 3rk.5.1g,3oz.5.1d
    3rk.5.1g,3rk.5.1g 3r2.5.1g,3r2.5.1g,3s9.5.1g 3sd.5.1k,3ou.5.1d 3ok.5.14 3op.5.14 3ou.5.14 3oz.5.14 3p5.5.14
    3ph.5.14 3pk.5.14 3ps.5.14 3pz.5.14 3q4.5.14 3qa.5.14 3qd.5.14 3qn.5.14 3qp.5.14 3qw.5.14 3r2.5.14 3r5.5.14
    3r9.5.14 3rk.5.14 3rt.5.14 3s1.5.14 3s9.5.14 3sd.5.1c 3sf.5.14 3sg.5.14 3sm.5.14 3qn.5.17,3ou.5.17
    3qn.5.17,3oz.5.17 3qn.5.17,3r9.5.17 2af +2 3ok.5.1g 3op.5.1d 3ou.5.1d 3oz.5.1d 3p5.5.1g 3ph.5.1d 3pk.5.1d
    3ps.5.1g 3pz.5.1g 3q4.5.1d 3qa.5.1g 3qd.5.1g 3qn.5.1g 3qp.5.1g 3qw.5.1g 3r2.5.1g 3r5.5.1d 3r9.5.1g 3rk.5.1g
    3rt.5.1g 3s1.5.1d 3s9.5.1g 3sd.5.1k 3sf.5.1g 3sg.5.1d 3sm.5.1d 3r2.5.1g 3pz.5.1g,3ou.5.1d 3r2.5.1g,3ok.5.1g
    3rk.5.1g,3ok.5.1g 3ok.5.1g,3op.5.1d 3sd.5.1k,3ou.5.1d 3oz.5.1d,3q4.5.1d 3ou.5.1d,3qd.5.1g
    3ou.5.1d,3qw.5.1g,3qw.5.1g,3qd.5.1g 3ph.5.1d,3r9.5.1g,3p5.5.1g,3p5.5.1g 3pz.5.1g,3oz.5.1d
    3qp.5.1g,3p5.5.1g,3sd.5.1k 3qp.5.1g,3pk.5.1d 3qw.5.1g,3qa.5.1g 3rk.5.1g,3qw.5.1g,3rk.5.1g
    3s1.5.1d,3r2.5.1g,t.5.1c 3s9.5.1g,3rk.5.1g 3od.5.1a,3oz.5.1d
    3oc.5.1a,3qp.5.1d,3oz.5.1a,9.5.1c,3rk.5.1g,3ou.5.1a,3r9.5.1d 3oc.5.1a,3qa.5.1g 3oe.5.1a,3qa.5.1g
    3oi.5.1a,3qa.5.1g 3of.5.1a,y.5.1c,3ob.5.1a 3oh.5.1a,y.5.1c,3ob.5.1a 3oc.5.1a,3oc.5.1a,y.5.1c,3oc.5.1a
    3og.5.1a,3oa.5.1a,3r2.5.1g 3ob.5.1a,3oc.5.1a,3oa.5.1a,3r2.5.1g 3oz.5.1a 3ps.5.1g,3ou.5.1a
    3ps.5.1g,3oz.5.1a,3r9.5.1g 3ps.5.1g,3pz.5.1d,9.5.1c,3r9.5.1g,3p5.5.1d,3rk.5.1d
    3qd.5.1g,3qw.5.1d,3rk.5.1d,3rk.5.1d,3qd.5.1d,3p5.5.1d,3rk.5.1d,3rk.5.1d 3rk.5.1g,3ps.5.1g,3s9.5.1g
    3s1.5.1d,3ps.5.1g,3oz.5.1d 3s9.5.1g,3qw.5.1g,3oz.5.1d 74 1F1E6: 135 +p 40n.5.1c,3zz.5.1c 403.5.1f,403.5.1f
    404.5.1d 1F210: 41x.5.1d 41s.5.1d 41j.5.1d 40c.5.1d,0.4u.1a 41a.5.1d 41q.5.1d 42j.5.1d 41r.5.1d 41b.5.1d
    425.5.1d 42c.5.1d 423.5.1d 41e.5.1d 41v.5.1d 41c.5.1d 424.5.1d 41d.5.1d 42i.5.1d 42d.5.1d 42k.5.1d 41p.5.1d
    41n.5.1d 42a.5.1d 41z.5.1d 421.5.1d 416.5.1d 417.5.1d 42m.5.1d 41u.5.1d 419.5.1d 41l.5.1d 420.5.1d 42l.5.1d
    41y.5.1d 42g.5.1d 42h.5.1d 41m.5.1d 429.5.1d 427.5.1d 426.5.1d 42e.5.1d 41f.5.1d 41o.5.1d 42n.5.1d 1F240:
    3r.5.g,428.5.g,3s.5.g 3r.5.g,417.5.g,3s.5.g 3r.5.g,41a.5.g,3s.5.g 3r.5.g,41t.5.g,3s.5.g 3r.5.g,42b.5.g,3s.5.g
    3r.5.g,41y.5.g,3s.5.g 3r.5.g,42f.5.g,3s.5.g 3r.5.g,41g.5.g,3s.5.g 3r.5.g,422.5.g,3s.5.g 1F250: 41w.5.r 41k.5.r
    1F260: 2ai +5 1F300: 2ao +lb 35k +5z 1F6DD: 3bk +f 1F6F0: 3c0 +c 1F700: 3cd +37 1F780: 3fl +2g 1F7E0: 3i2 +b
    1F7F0: 3ie 1F800: 3if +b 1F810: 3ir +1j 1F850: 3kb +9 1F860: 3kl +13 1F890: 3lp +t 1F8B0: 3mj +1 1F900: 2w0 +73
    27m +2b 1FA60: 29y +d 1FA70: 334 +4 1FA78: 339 +4 1FA80: 33e +6 1FA90: 33l +s 1FAB0: 34e +a 1FAC0: 34p +5 1FAD0:
    34v +9 1FAE0: 355 +7 1FAF0: 35d +6
    """
}
